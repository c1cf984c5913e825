"""`wardmote retention`, on a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_it_erases_what_is_due_and_refuses_an_unknown_call_with_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "WARDMOTE_LANGUAGE": "en", "WARDMOTE_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "wardmote.config.settings"
    wardmote = [sys.executable, "-m", "wardmote.cli"]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # our own interpreter and module
            [*wardmote, *words], env=environment, capture_output=True, text=True, check=False
        )

    assert run("init").returncode == 0
    assert run("retention").stdout == "Erased 0 callers past their retention.\n"
    unknown = run("retention", "--call", "20990101-0001")
    assert unknown.returncode == 2
    assert unknown.stderr == "Error: There is no call with the number 20990101-0001.\n"
