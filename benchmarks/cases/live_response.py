"""The live server under load: a call's way to its recommendation, and positions taken in.

The server and the load generator are processes of their own. Run it on an idle machine: with two
cores, anything else that computes takes its share of the latency.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from benchmarks.live_server import generated_place, live_server
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark

UNITS = 2_000
CALLS = 300
SEED = "7"


@cache
def _measured() -> tuple[dict[str, Any], dict[str, Any]]:
    """Both runs against one server: first positions alone, then calls."""
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-city-") as folder:
        city = generated_place("county", SEED, Path(folder))
        with live_server(city, UNITS) as server:
            server.load("response", "--calls", "20")
            calls = server.load("response", "--calls", str(CALLS))
            positions = server.load("positions", "--seconds", "8")
    return calls, positions


def _setting() -> dict[str, str | int | float]:
    return {
        "city": f"generated county, seed {SEED}",
        "units": UNITS,
        "positions_per_s_while_calls_come": UNITS,
        "calls_per_s": 10,
        "cores": os.cpu_count() or 0,
        "load_average_1_min": round(psutil.getloadavg()[0], 2),
    }


@benchmark("live_response", "From POST of a call to its recommendation on a console")
def response() -> Outcome:
    calls, _ = _measured()
    if calls["recommended"] != calls["calls"]:
        msg = f"{calls['calls'] - calls['recommended']} calls got no recommendation in time"
        raise CannotRunError(msg)
    return Outcome(
        goals=(Goal("POST to recommendation, p99", calls["p99_ms"], "<=", 150.0, "ms"),),
        numbers={key: float(value) for key, value in calls.items()},
        setting=_setting(),
        packages=("uvicorn", "django", "httpx"),
    )


@benchmark("live_positions", "Positions accepted in batches of 2,000")
def positions() -> Outcome:
    _, found = _measured()
    return Outcome(
        goals=(Goal("accepted", found["accepted_per_s"], ">=", 100_000.0, "positions/s"),),
        numbers={key: float(value) for key, value in found.items()},
        setting=_setting(),
        packages=("uvicorn", "msgspec", "httpx"),
    )
