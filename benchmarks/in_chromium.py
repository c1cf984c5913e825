"""Programs that measure a page in Chromium, run in a process of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

from benchmarks.registry import CannotRunError


def measured_in_chromium(module: str, *arguments: object, timeout_s: float) -> dict[str, Any]:
    """What the program found: JSON on its last line.

    Raises:
        CannotRunError: Chromium is missing, or the program failed.
    """
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        msg = "Chromium is not installed"
        raise CannotRunError(msg)
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode != 0:
        msg = f"the page could not be measured: {done.stderr[-400:]}"
        raise CannotRunError(msg)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
