"""The pages that phones open, on a slow 3G connection in Chromium: when can they be read?"""

from __future__ import annotations

from benchmarks.in_chromium import measured_in_chromium
from benchmarks.measuring import timing
from benchmarks.registry import Goal, Outcome, benchmark

ROUNDS = 5
KBIT_PER_S = 400
ROUND_TRIP_MS = 400
FIRST_PAGE_S = 2.0
SCRIPT_KB = 200.0
_TIMEOUT_S = 900


@benchmark("phone_page", "The first page on a phone with slow 3G")
def phone_page() -> Outcome:
    """Nothing kept on the phone before; logged in; until the list of tasks can be read."""
    found = measured_in_chromium(
        "benchmarks.phone_pages", ROUNDS, KBIT_PER_S, ROUND_TRIP_MS, timeout_s=_TIMEOUT_S
    )
    timings, numbers, goals = {}, {}, []
    for name, page in found["pages"].items():
        readable, painted = timing(page["readable_s"]), timing(page["painted_s"])
        timings |= {f"{name}, readable": readable, f"{name}, first contentful paint": painted}
        sent, whole = page["script_sent_kb"], page["script_kb"]
        numbers |= {
            f"{name}: requests": page["requests"],
            f"{name}: all that came (kB)": page["sent_kb"],
            f"{name}: script as it came (kB)": sent,
            f"{name}: script unpacked (kB)": whole,
        }
        goals += [
            Goal(f"{name}: readable, median", readable.median_s, "<=", FIRST_PAGE_S, "s"),
            Goal(f"{name}: painted, median", painted.median_s, "<=", FIRST_PAGE_S, "s"),
            Goal(f"{name}: script unpacked", whole, "<=", SCRIPT_KB, "kB"),
        ]
    return Outcome(
        goals=tuple(goals),
        timings=timings,
        numbers=numbers,
        setting={
            "tasks": found["tasks"],
            "language": found["language"],
            "connection": f"{KBIT_PER_S} kbit/s, {ROUND_TRIP_MS} ms a round trip",
            "kept_before": "nothing: no cache, no service worker",
            "chromium": found["chromium"],
        },
    )
