"""A server with many units on duty, in processes of its own, for the live benchmarks."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.registry import CannotRunError

REPOSITORY = Path(__file__).resolve().parent.parent
_COMMAND = "from wardmote.cli import main; main()"


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running server and how to load it."""

    process: psutil.Process
    arguments: tuple[str, ...]

    def load(self, what: str, *more: str) -> dict[str, Any]:
        """Run the load generator; adds the server's processor seconds to what it found."""
        before = self.process.cpu_times()
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.live_load", what, *self.arguments, *more],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            msg = f"the load generator failed: {done.stderr[-400:]}"
            raise CannotRunError(msg)
        after = self.process.cpu_times()
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        used = after.user + after.system - before.user - before.system
        found["server_cpu_s"] = round(used, 3)
        return found


@contextlib.contextmanager
def live_server(city: Path, units: int) -> Iterator[LiveServer]:
    """Prepare a home with `units` on duty and serve it until the block ends."""
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-") as home:
        environment = {
            **os.environ,
            "WARDMOTE_HOME": home,
            "WARDMOTE_CITY": str(city),
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
            "LANG": "en",
        }
        made = subprocess.run(
            [sys.executable, "-m", "tests.load.prepare_home", str(units)],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            msg = f"the home could not be made: {made.stderr[-400:]}"
            raise CannotRunError(msg)
        about = json.loads(made.stdout.splitlines()[-1])
        serving = subprocess.Popen(
            [sys.executable, "-u", "-c", _COMMAND, "serve", "--port", "0"],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield LiveServer(psutil.Process(serving.pid), _arguments(_url(serving), about))
        finally:
            serving.terminate()
            serving.wait(30)


def _url(serving: subprocess.Popen[str]) -> str:
    assert serving.stdout is not None
    for line in serving.stdout:
        if "http://" in line:
            return "http://127.0.0.1:" + line.split("localhost:")[1].split("/")[0]
    raise CannotRunError("the server did not start")


def _arguments(url: str, about: dict[str, Any]) -> tuple[str, ...]:
    return (
        *("--url", url),
        *("--session", about["session"]),
        *("--token", about["token"]),
        *("--units", about["units"]),
        *("--lon", str(about["lon"])),
        *("--lat", str(about["lat"])),
    )
