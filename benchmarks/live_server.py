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
_IN_THE_PRODUCT = """
import runpy, sys
import django
django.setup()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""
"""A program that imports rows: they can be imported only once all apps are there."""


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
        environment = home_environment(Path(home), city)
        about = prepared_home(environment, "tests.load.prepare_home", str(units))
        with serving(environment) as (process, url):
            yield LiveServer(psutil.Process(process.pid), _arguments(url, about))


def home_environment(home: Path, city: Path) -> dict[str, str]:
    """The environment in which a home of a city is prepared and served."""
    return {
        **os.environ,
        "WARDMOTE_HOME": str(home),
        "WARDMOTE_CITY": str(city),
        "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
        "LANG": "en",
    }


def prepared_home(environment: dict[str, str], module: str, *arguments: str) -> dict[str, Any]:
    """What a program that fills a home says of it, as JSON on its last line.

    Raises:
        CannotRunError: it failed.
    """
    made = subprocess.run(
        [sys.executable, "-c", _IN_THE_PRODUCT, module, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        msg = f"the home could not be made: {made.stderr[-400:]}"
        raise CannotRunError(msg)
    about: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return about


def generated_place(scale: str, seed: str, folder: Path) -> Path:
    """A city directory made by `wardmote city generate`.

    Raises:
        CannotRunError: it failed.
    """
    city = folder / scale
    made = subprocess.run(
        [
            *(sys.executable, "-c", _COMMAND, "city", "generate", "--scale", scale),
            *("--seed", seed, "--out", str(city)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        msg = f"the {scale} could not be generated: {made.stderr[-400:]}"
        raise CannotRunError(msg)
    return city


@contextlib.contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server of a prepared home and its address, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", _COMMAND, "serve", "--port", "0"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, _url(process)
    finally:
        process.terminate()
        process.wait(30)


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
