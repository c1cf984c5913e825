"""Position reports: their shape, and which of a batch are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass

import msgspec

MAX_FIXES = 5_000
MAX_BODY = 1024 * 1024
OLDEST_S = 900.0
"""An older fix than this says nothing about now; seconds."""
NEWEST_S = 60.0
"""A device's clock may be ahead by this much; seconds (of the deployment's clock at rate 1)."""


class Fix(msgspec.Struct, gc=False):
    """One position report, as sent.

    Degrees WGS-84; heading in degrees from north, clockwise; accuracy in metres; time in seconds
    since 1970 UTC. None means unknown.
    """

    unit: str
    lon: float
    lat: float
    fix_s: float
    heading: float | None = None
    speed_mps: float | None = None
    accuracy_m: float | None = None


class FixBatch(msgspec.Struct):
    """The body of ``POST /live/positions``."""

    fixes: list[Fix]


class Refused(msgspec.Struct):
    """A fix of a batch that was not taken, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Fixes with earliest_s <= fix_s <= latest_s are taken."""

    earliest_s: float
    latest_s: float

    @classmethod
    def around(cls, now_s: float, rate: float) -> TimeWindow:
        """The window at `now_s`; a clock that runs `rate` times as fast widens it as much."""
        wider = max(1.0, rate)
        return cls(now_s - OLDEST_S * wider, now_s + NEWEST_S * wider)


_decoder = msgspec.json.Decoder(FixBatch)


def decode_batch(body: bytes) -> list[Fix]:
    """The fixes of a body.

    Raises:
        msgspec.DecodeError: it is not JSON of this shape.
    """
    return _decoder.decode(body).fixes


def sift(
    fixes: Sequence[Fix],
    *,
    on_duty: Mapping[str, str],
    may_report: Callable[[str, str], bool],
    newest: MutableMapping[str, float],
    window: TimeWindow,
) -> tuple[list[Fix], list[Refused]]:
    """Which fixes are taken. A unit's fixes are taken only forward in time.

    Args:
        on_duty: area of every unit on duty, by unit id.
        may_report: whether the sender may report for (unit, area); asked once for each unit.
        newest: time of the last fix taken, by unit; brought up to date here.
        window: which times are believable.
    """
    taken: list[Fix] = []
    refused: list[Refused] = []
    allowed: dict[str, bool] = {}
    earliest_s, latest_s = window.earliest_s, window.latest_s
    for index, fix in enumerate(fixes):
        unit = fix.unit
        may = allowed.get(unit)
        if may is None:
            area = on_duty.get(unit)
            may = allowed[unit] = area is not None and may_report(unit, area)
        if not may:
            refused.append(Refused(index, "not_yours" if unit in on_duty else "off_duty"))
            continue
        if not (-180.0 <= fix.lon <= 180.0 and -90.0 <= fix.lat <= 90.0):
            refused.append(Refused(index, "bad_coordinates"))
            continue
        heading = fix.heading
        if heading is not None and not 0.0 <= heading <= 360.0:
            fix.heading = None
        fix_s = fix.fix_s
        if not earliest_s <= fix_s <= latest_s:
            refused.append(Refused(index, "bad_time"))
            continue
        last_s = newest.get(unit)
        if last_s is not None and fix_s <= last_s:
            refused.append(Refused(index, "late"))
            continue
        newest[unit] = fix_s
        taken.append(fix)
    return taken, refused
