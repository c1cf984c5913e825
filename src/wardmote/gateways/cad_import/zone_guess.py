"""Which zone a control room's clock is in, and whether its stamps mean what they say.

A file that writes ``UTC`` behind local time is common. Demand gives it away: people call least
between about two and six in the morning, wherever they live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

QUIET_HOUR = 4.0
"""Middle of the four quietest hours of a day, on the local clock."""

MIN_CALLS = 200
DECISIVE_H = 3.0
"""One reading of the clock is believed if it is closer to `QUIET_HOUR` by at least (>=) this."""


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """What the hours of the calls say.

    Attributes:
        quiet_hour: middle of the four quietest hours as written; None with too few calls.
        reads_local: the hours as written look like local time.
        reads_utc: they look like UTC, given the longitude.
    """

    quiet_hour: float | None
    reads_local: bool
    reads_utc: bool


def judge_clock(by_hour: Sequence[int], lon: float | None) -> ClockVerdict:
    """Compare the calls' hours as written, 0 .. 23, with a day's usual course."""
    if sum(by_hour) < MIN_CALLS:
        return ClockVerdict(None, reads_local=False, reads_utc=False)
    start = min(range(24), key=lambda hour: (sum(by_hour[(hour + n) % 24] for n in range(4)), hour))
    quiet = (start + 2.0) % 24
    off_local = _around(quiet - QUIET_HOUR)
    if lon is None:
        return ClockVerdict(quiet, reads_local=off_local <= DECISIVE_H, reads_utc=False)
    off_utc = _around(quiet + lon / 15 - QUIET_HOUR)
    return ClockVerdict(
        quiet,
        reads_local=off_utc - off_local >= DECISIVE_H,
        reads_utc=off_local - off_utc >= DECISIVE_H,
    )


def _around(hours: float) -> float:
    """Distance between two hours of the day, 0 .. 12."""
    return abs((hours + 12) % 24 - 12)
