"""What each call asks for, when, and how long it keeps its units: from the record's own stamps.

A record's units come in waves: those assigned within a minute of one another were one decision,
later ones reinforcements. Each asks for the kind that was really sent, so that the replay compares
the *choice of unit*, not the run card.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardmote.core.domain.call_record import CallRecord, RecordTime, UnitRecord

WAVE_S = 60.0
"""Units assigned at most (<=) this long after the first of a wave belong to it."""

MAX_UNITS = 40
"""A call with more units is answered with this many; run cards have the same limit."""

LONGEST_BUSY_S = 12 * 3_600.0
"""Longer occupations are forgotten buttons and count as unknown."""

ASSUMED_BUSY_S = 1_800.0
"""For records that never say when a unit was free again."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one unit is wanted for.

    Attributes:
        kind: of unit; empty means any.
        on_scene_s: from arrival until free, transport included; None for a unit that was cleared
            without arriving.
        busy_s: from assignment until free for a unit that never arrived; None otherwise.
        assumed: the duration is not from this unit's own stamps.
        recorded: the unit that really went; None when the record names none.
        turnout_s: from being alerted to setting out; None to draw it from the vehicle model.
    """

    kind: str
    on_scene_s: float | None
    busy_s: float | None
    assumed: bool
    recorded: UnitRecord | None
    turnout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """Units asked for together.

    Attributes:
        at_s: when the record assigned the first of them; seconds UTC.
    """

    at_s: float
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """All that a call asks for.

    Attributes:
        left_out: units beyond `MAX_UNITS`.
    """

    waves: tuple[Wave, ...]
    left_out: int


def demands(calls: Sequence[CallRecord]) -> tuple[Demand, ...]:
    """The demand of each call, in the order of `calls`."""
    typical = _typical_on_scene_s(calls)
    return tuple(_demand(call, typical) for call in calls)


def _demand(call: CallRecord, typical: Mapping[str, float]) -> Demand:
    dated = sorted(
        (
            (_assigned_s(unit, call), -1 if unit.sequence is None else unit.sequence, unit.unit, n)
            for n, unit in enumerate(call.units)
        ),
    )
    if not dated:
        received_s = call.received_s
        return Demand((Wave(received_s, (_unnamed_job(call),)),), 0)
    waves: list[tuple[float, list[Job]]] = []
    for at_s, _, _, number in dated[:MAX_UNITS]:
        job = _job(call.units[number], typical)
        if waves and at_s - waves[-1][0] <= WAVE_S:
            waves[-1][1].append(job)
        else:
            waves.append((at_s, [job]))
    return Demand(
        tuple(Wave(at_s, tuple(jobs)) for at_s, jobs in waves), max(0, len(dated) - MAX_UNITS)
    )


def _assigned_s(unit: UnitRecord, call: CallRecord) -> float:
    """When a unit was asked for, never before the call came in."""
    at_s = unit.stamps.first(
        RecordTime.ASSIGNED, RecordTime.ACKNOWLEDGED, RecordTime.EN_ROUTE, RecordTime.ARRIVED
    )
    return call.received_s if at_s is None else max(at_s, call.received_s)


def _job(unit: UnitRecord, typical: Mapping[str, float]) -> Job:
    on_scene_s = _plausible(unit.stamps.interval_s(RecordTime.ARRIVED, RecordTime.CLEARED))
    if on_scene_s is not None:
        return Job(unit.kind, on_scene_s, None, assumed=False, recorded=unit)
    if unit.stamps.at(RecordTime.ARRIVED) is None:
        for start in (RecordTime.ASSIGNED, RecordTime.EN_ROUTE):
            busy_s = _plausible(unit.stamps.interval_s(start, RecordTime.CLEARED))
            if busy_s is not None:
                return Job(unit.kind, None, busy_s, assumed=False, recorded=unit)
    on_scene_s = typical.get(unit.kind, typical.get("", ASSUMED_BUSY_S))
    return Job(unit.kind, on_scene_s, None, assumed=True, recorded=unit)


def _unnamed_job(call: CallRecord) -> Job:
    on_scene_s = _plausible(call.stamps.interval_s(RecordTime.ARRIVED, RecordTime.CLEARED))
    if on_scene_s is None:
        return Job("", ASSUMED_BUSY_S, None, assumed=True, recorded=None)
    return Job("", on_scene_s, None, assumed=False, recorded=None)


def _plausible(duration_s: float | None) -> float | None:
    """A duration in 0 <= d <= `LONGEST_BUSY_S`, else None."""
    if duration_s is None or not 0 <= duration_s <= LONGEST_BUSY_S:
        return None
    return duration_s


def _typical_on_scene_s(calls: Sequence[CallRecord]) -> dict[str, float]:
    """Median time on scene by kind; under the empty kind that of all."""
    found: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        for unit in call.units:
            on_scene_s = _plausible(unit.stamps.interval_s(RecordTime.ARRIVED, RecordTime.CLEARED))
            if on_scene_s is not None:
                found[unit.kind].append(on_scene_s)
                found[""].append(on_scene_s)
    return {kind: statistics.median(durations) for kind, durations in found.items()}
