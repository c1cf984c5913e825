"""Every message of the product is translated, and every translation fits its message."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def test_every_message_has_a_chinese_translation_that_fits_it(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is missing; install gettext to check the translations")
    done = subprocess.run(
        [sys.executable, "docs/check_translations.py"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "WARDMOTE_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
