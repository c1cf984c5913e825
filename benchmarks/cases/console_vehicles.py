"""Moving vehicles on the console's map: what one update costs the browser's main thread."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from benchmarks.measuring import timing
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark

VEHICLES = 5_000
UPDATES = 20
GOAL_MS = 8.0
_TIMEOUT_S = 300


@benchmark("console_vehicles", "An update of 5,000 moving vehicles in Chromium")
def vehicles() -> Outcome:
    """From the message's text to the buffers of the graphics card, by the performance API."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        msg = "Chromium is not installed"
        raise CannotRunError(msg)
    command = [sys.executable, "-m", "benchmarks.vehicle_page", str(VEHICLES), str(UPDATES)]
    done = subprocess.run(
        command,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        msg = f"the page could not be measured: {done.stderr[-400:]}"
        raise CannotRunError(msg)
    found = json.loads(done.stdout.splitlines()[-1])
    times = timing([one / 1000 for one in found["durations_ms"]])
    return Outcome(
        goals=(
            Goal("main-thread work per update, median", times.median_s * 1000, "<=", GOAL_MS, "ms"),
        ),
        timings={"update": times},
        numbers={"frames_per_s": round(found["frames_per_s"], 1)},
        setting={
            "vehicles": VEHICLES,
            "updates": UPDATES,
            "chromium": found["chromium"],
            "drawing": "software",
        },
    )
