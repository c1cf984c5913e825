"""Moving vehicles on the console's map: what one update costs the browser's main thread."""

from __future__ import annotations

from benchmarks.in_chromium import measured_in_chromium
from benchmarks.measuring import timing
from benchmarks.registry import Goal, Outcome, benchmark

VEHICLES = 5_000
UPDATES = 20
GOAL_MS = 8.0
_TIMEOUT_S = 300


@benchmark("console_vehicles", "An update of 5,000 moving vehicles in Chromium")
def vehicles() -> Outcome:
    """From the message's text to the buffers of the graphics card, by the performance API."""
    found = measured_in_chromium("benchmarks.vehicle_page", VEHICLES, UPDATES, timeout_s=_TIMEOUT_S)
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
