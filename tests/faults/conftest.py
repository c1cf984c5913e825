"""What fault tests share: a generated town, made once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOWN_SEED = 5


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a generated town."""
    path: Path = tmp_path_factory.mktemp("city") / "town"
    options = ["--scale", "town", "--seed", str(TOWN_SEED), "--out", str(path)]
    code = "from wardmote.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "city", "generate", *options],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return path
