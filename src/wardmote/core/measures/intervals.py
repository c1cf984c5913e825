"""Intervals between field time stamps. What is missing is counted, never taken for zero.

Names follow NFPA 1710 (2020) chapter 3 and the eTimes section of NEMSIS 3.5: turnout is from
the order until the unit drives, travel from there to the arrival, response from receipt to arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from wardmote.core.domain.ids import BeatId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass

Stamps = Mapping[FieldTime, float]


@dataclass(frozen=True, slots=True)
class Span:
    """Which interval: from one stamp to another."""

    start: FieldTime
    stop: FieldTime


PROCESSING: Final = Span(FieldTime.RECEIVED, FieldTime.ASSIGNED)
ACKNOWLEDGEMENT: Final = Span(FieldTime.ASSIGNED, FieldTime.ACKNOWLEDGED)
TURNOUT: Final = Span(FieldTime.ASSIGNED, FieldTime.EN_ROUTE)
TRAVEL: Final = Span(FieldTime.EN_ROUTE, FieldTime.ARRIVED)
DISPATCH_TO_ARRIVAL: Final = Span(FieldTime.ASSIGNED, FieldTime.ARRIVED)
RESPONSE: Final = Span(FieldTime.RECEIVED, FieldTime.ARRIVED)
FIRST_FEEDBACK: Final = Span(FieldTime.ASSIGNED, FieldTime.FEEDBACK)
ON_SCENE: Final = Span(FieldTime.ARRIVED, FieldTime.CLEARED)


@dataclass(frozen=True, slots=True)
class UnitResponse:
    """One unit's part in a call. Its stamps run from ASSIGNED to CLEARED."""

    unit: UnitId
    kind: str
    stamps: Stamps


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """A call as measures see it.

    Attributes:
        stamps: the call's own; the first unit's where they come from units. Seconds UTC, absent
            when not known.
        valid: false for invalid calls, exercises, duplicates and calls entered by mistake.
        ended: closed, cancelled or merged.
        group: what bulletins list it under, such as an area's or an office's id.
        responses: every unit sent, in the order of assignment.
    """

    incident: IncidentId
    category: str
    priority: Priority
    place_class: PlaceClass
    stamps: Stamps
    valid: bool
    ended: bool
    group: str = ""
    beat: BeatId | None = None
    responses: tuple[UnitResponse, ...] = field(default=())

    @property
    def received_s(self) -> float | None:
        """When the call came in: received, else entered; None when neither is known."""
        return self.stamps.get(FieldTime.RECEIVED, self.stamps.get(FieldTime.ENTERED))

    @property
    def first_kind(self) -> str | None:
        """Kind of the unit that arrived first, else of the first one sent; None without units."""
        if not self.responses:
            return None
        arrived = [one for one in self.responses if FieldTime.ARRIVED in one.stamps]
        if arrived:
            return min(arrived, key=lambda one: one.stamps[FieldTime.ARRIVED]).kind
        return self.responses[0].kind


def interval_s(stamps: Stamps, span: Span) -> float | None:
    """Seconds from start to stop, negative if the stamps say so; None when either is missing."""
    start = stamps.get(span.start)
    stop = stamps.get(span.stop)
    return None if start is None or stop is None else stop - start


@dataclass(frozen=True, slots=True)
class Measured:
    """One interval over many calls, in the order given.

    Attributes:
        seconds: durations >= 0.
        calls: the call of each duration.
        missing: calls of which a stamp is missing.
        negative: calls whose stamps run backwards; they are not among the durations.
    """

    span: Span
    seconds: tuple[float, ...]
    calls: tuple[IncidentId, ...]
    missing: tuple[IncidentId, ...]
    negative: tuple[IncidentId, ...]

    @property
    def asked(self) -> int:
        """How many calls were looked at."""
        return len(self.seconds) + len(self.missing) + len(self.negative)

    @property
    def missing_rate(self) -> float | None:
        """Share of calls whose duration is not known (missing or backwards); None without calls."""
        if not self.asked:
            return None
        return (len(self.missing) + len(self.negative)) / self.asked


def measure(calls: Iterable[MeasuredCall], span: Span) -> Measured:
    """One interval over many calls."""
    return measure_stamps(((call.incident, call.stamps) for call in calls), span)


def measure_stamps(rows: Iterable[tuple[IncidentId, Stamps]], span: Span) -> Measured:
    """One interval over many sets of stamps."""
    seconds: list[float] = []
    known: list[IncidentId] = []
    missing: list[IncidentId] = []
    negative: list[IncidentId] = []
    for incident, stamps in rows:
        duration = interval_s(stamps, span)
        if duration is None:
            missing.append(incident)
        elif duration < 0:
            negative.append(incident)
        else:
            seconds.append(duration)
            known.append(incident)
    return Measured(span, tuple(seconds), tuple(known), tuple(missing), tuple(negative))
