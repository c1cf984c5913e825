"""The calls of a bulletin: measured with their stamps, and how long towns were without fraud."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId, BeatId, IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.places import DivisionLevel, PlaceClass
from wardmote.core.measures.bulletin import is_valid_call
from wardmote.core.measures.intervals import MeasuredCall, Stamps, UnitResponse
from wardmote.operations.counting import town_of as town_code
from wardmote.operations.dispatch.responses import responses_of, responses_received
from wardmote.operations.incidents.history import areas_of_calls, last_received_by_area
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.incidents.standing import (
    CallStanding,
    calls_standing,
    last_standing,
    stamps_received,
)
from wardmote.operations.local_time import local_day
from wardmote.operations.places.selectors import codes_of

_ENDED = frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED})
_STATES = {state.value: state for state in IncidentState}
_CLASSES = {one.value: one for one in PlaceClass}
_PRIORITIES = {one.value: one for one in Priority}
FRAUD = "offence.criminal.fraud"
_RECENT_S = 45 * 86_400.0
_FEW = 5
"""Of more towns (>) the whole record is read sooner by time than town by town."""


@dataclass(frozen=True, slots=True)
class FraudFree:
    """How long an area has been without a valid call about fraud.

    Attributes:
        since_s: the last one before the end of the period; None if none is on record.
        days: whole local days since then.
    """

    area: AreaId
    since_s: float | None
    days: int | None


def measured_calls(
    areas: Sequence[AreaId], start_s: float, end_s: float, as_of_s: float | None = None
) -> tuple[MeasuredCall, ...]:
    """The calls received in [start_s, end_s), as measures see them, grouped by town.

    Exercises are left out. With `as_of_s`, by what was on record at that moment.
    """
    standing = calls_standing(areas, start_s, end_s, as_of_s)
    stamps = stamps_received(areas, start_s, end_s, as_of_s)
    responses = responses_received(areas, start_s, end_s, as_of_s)
    # Calls that lay here at that moment and lie elsewhere by now.
    moved = [one.id for one in standing if one.id not in stamps]
    stamps |= stamps_of(moved, as_of_s)
    responses |= responses_of(moved, as_of_s)
    return tuple(
        _measured(one, stamps.get(one.id, {}), responses.get(one.id, ())) for one in standing
    )


def counted_calls(
    areas: Sequence[AreaId], start_s: float, end_s: float, as_of_s: float | None = None
) -> tuple[MeasuredCall, ...]:
    """As `measured_calls`, without stamps and units: enough for counting, and much quicker."""
    return tuple(
        _measured(one, {FieldTime.RECEIVED: one.received_s}, ())
        for one in calls_standing(areas, start_s, end_s, as_of_s)
    )


def _measured(
    one: CallStanding, stamps: Stamps, responses: tuple[UnitResponse, ...]
) -> MeasuredCall:
    state = _STATES[one.state]
    return MeasuredCall(
        incident=IncidentId(one.id),
        category=one.category,
        priority=_PRIORITIES[one.priority],
        place_class=_CLASSES[one.place_class],
        stamps=stamps,
        valid=_valid(one.category, state),
        ended=state in _ENDED,
        group=town_of(AreaId(one.area)),
        beat=None if one.beat is None else BeatId(one.beat),
        responses=responses,
    )


@functools.lru_cache(maxsize=4_096)
def _valid(category: str, state: IncidentState) -> bool:
    return is_valid_call(category, state, drill=False)


def fraud_free(
    areas: Sequence[AreaId], until_s: float, as_of_s: float | None = None
) -> tuple[FraudFree, ...]:
    """How long each town of the areas was without fraud at a moment, longest last."""
    if as_of_s is None:
        found_s = _last_fraud(areas, until_s)
    else:
        found_s = last_standing(areas, FRAUD, until_s, as_of_s)
    last: dict[AreaId, float] = {}
    for code, received_s in found_s.items():
        town = town_of(AreaId(code))
        last[town] = max(received_s, last.get(town, received_s))
    towns = set(towns_within(areas)) | set(last)
    today = local_day(until_s)
    found = [
        FraudFree(
            town,
            last.get(town),
            None if town not in last else (today - local_day(last[town])).days,
        )
        for town in towns
    ]
    return tuple(sorted(found, key=lambda one: (one.days is None, one.days or 0, one.area)))


def _last_fraud(areas: Sequence[AreaId], until_s: float) -> dict[str, float]:
    """When calls about fraud last came, by division; for a town with a recent one that is enough.

    Most towns have one within weeks: only for the others the whole record is looked through.
    """
    recent = last_received_by_area(areas, FRAUD, until_s, until_s - _RECENT_S)
    known = {town_of(AreaId(code)) for code in recent}
    rest = {town_of(code) for code in areas_of_calls(areas)} - known
    if not rest:
        return recent
    if len(rest) <= _FEW:
        return last_received_by_area(sorted(rest), FRAUD, until_s) | recent
    # From the first call on: asked by time, the database reads the record in its own order.
    return last_received_by_area(areas, FRAUD, until_s, 0.0) | recent


@functools.lru_cache(maxsize=16_384)
def town_of(area: AreaId) -> AreaId:
    """The town (9 digits) that a division lies in; a higher division is itself."""
    return AreaId(town_code(area))


def towns_within(areas: Sequence[AreaId]) -> list[AreaId]:
    """The towns that lie in any of the areas."""
    prefixes = tuple(area_prefix(area) for area in areas)
    return [town for town in codes_of(DivisionLevel.TOWN) if town.startswith(prefixes)]
