"""The cases behind the figures of spot checks and equipment in a bulletin. Exercises are left out.

Results count in the period in which they were recorded, draws in that in which they were drawn. An
item that could not be looked at is neither there nor missing. A result that was corrected later
counts as it was first recorded until it was corrected.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from wardmote.core.domain.course import AttendanceState, TurnState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import RESULTS, CheckItem, CheckState, Finding
from wardmote.core.domain.inspection_events import CheckMoved
from wardmote.operations.counting import Case, Counting, FactCounting, RowCounting, Window, inside
from wardmote.operations.inspections.models import (
    CourseSession,
    Draw,
    EquipmentFault,
    EquipmentStep,
    SpotCheck,
    StationTurn,
)
from wardmote.operations.journal.selectors import events_recorded_after

LOOK = "look"
ITEMS = {
    CheckItem.PRESENT: "present",
    CheckItem.IN_GRID: "in_grid",
    CheckItem.EQUIPMENT_COMPLETE: "complete",
    CheckItem.EQUIPMENT_WORKING: "working",
}
"""Code of the figure for what was found in order; with ``_seen``, for what was looked at."""

_CODES = ("results", *ITEMS.values(), *(f"{code}_seen" for code in ITEMS.values()))
_WITH_RESULT = sorted(state.value for state in RESULTS)


def check_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Checks drawn and dropped, results by item, looks at equipment, faults and open faults."""
    areas = tuple(areas)
    checks = SpotCheck.objects.filter(inside(areas), draw__drill=False)
    drawn = checks.filter(draw__drawn_s__gte=window.start_s, draw__drawn_s__lt=window.end_s)
    faults = EquipmentFault.objects.filter(inside(areas, "item__area"))
    looks = EquipmentStep.objects.filter(
        inside(areas, "item__area"), action=LOOK,
        at_s__gte=window.start_s, at_s__lt=window.end_s,
    )  # fmt: skip
    reported = faults.filter(reported_s__gte=window.start_s, reported_s__lt=window.end_s)
    stand = faults.filter(reported_s__lt=window.end_s).filter(
        Q(ended_s__isnull=True) | Q(ended_s__gt=window.end_s)
    )
    fault_fields = ("pk", "item__area", "reported_s", "item__number", "item_id")
    return (
        RowCounting(
            drawn,
            {"drawn": Q(), "dropped": Q(state=CheckState.DROPPED.value) & _dropped_by(window)},
            ("pk", "area", "draw__drawn_s", "stratum"),
            _check,
        ),
        FactCounting(_CODES, list(_results(checks, window))),
        RowCounting(
            looks, {"looks": Q()}, ("item_id", "item__area", "at_s", "item__number"), _item,
            area="item__area",
        ),
        RowCounting(reported, {"faults": Q()}, fault_fields, _fault, area="item__area"),
        RowCounting(stand, {"faults_open": Q()}, fault_fields, _fault, area="item__area"),
    )  # fmt: skip


def _check(row: tuple[Any, ...]) -> Case:
    pk, area, at_s, stratum = row
    return Case("check", pk, AreaId(area), at_s, stratum)


def _item(row: tuple[Any, ...]) -> Case:
    pk, area, at_s, number = row
    return Case("item", pk, AreaId(area), at_s, number)


def _fault(row: tuple[Any, ...]) -> Case:
    _pk, area, at_s, number, item = row
    return Case("item", item, AreaId(area), at_s, number)


def _dropped_by(window: Window) -> Q:
    """Leaves out what was dropped only after the moment of the figures."""
    if window.live:
        return Q()
    later = {
        event.payload.check
        for event in events_recorded_after(window.as_of_s, ["inspection.check_moved"])
        if isinstance(event.payload, CheckMoved) and event.payload.after is CheckState.DROPPED
    }
    return ~Q(pk__in=later)


def _results(checks: Any, window: Window) -> Iterator[tuple[Case, frozenset[str]]]:
    rows = checks.filter(
        recorded_s__gte=window.start_s, recorded_s__lt=window.end_s, state__in=_WITH_RESULT
    ).order_by("recorded_s", "pk")
    fields = ("pk", "area", "recorded_s", "stratum", "findings", "first_findings", "decided_s")
    for pk, area, at_s, stratum, findings, first, decided_s in rows.values_list(*fields):
        corrected_later = bool(first) and (decided_s or 0.0) > window.as_of_s
        yield (
            Case("check", pk, AreaId(area), at_s, stratum),
            _codes_of(first if corrected_later else findings),
        )


def _codes_of(findings: dict[str, str]) -> frozenset[str]:
    codes = {"results"}
    for item, code in ITEMS.items():
        found = findings.get(item.value)
        if found in (Finding.YES.value, Finding.NO.value):
            codes.add(f"{code}_seen")
        if found == Finding.YES.value:
            codes.add(code)
    return frozenset(codes)


def first_check_s() -> float | None:
    """When checks were first drawn or equipment first entered; None before."""
    drawn = Draw.objects.filter(drill=False).aggregate(first=Min("drawn_s"))["first"]
    entered = EquipmentStep.objects.aggregate(first=Min("at_s"))["first"]
    return min((one for one in (drawn, entered) if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Training:
    """A training that was held: a session that people attended, or a turn that was served.

    Attributes:
        name_zh, name_en: of the course; empty for a turn at the station.
        people: how many attended.
    """

    day: datetime.date
    name_zh: str
    name_en: str
    people: int


def trainings_held(area: AreaId, first: datetime.date, last: datetime.date) -> list[Training]:
    """What was held in an area on first <= day <= last, by the attendance on record, by day."""
    sessions = CourseSession.objects.filter(
        inside([area], "course__area"), day__range=(first, last), called_off=False
    ).annotate(
        came=Count("attendances", filter=Q(attendances__state=AttendanceState.ATTENDED.value))
    )
    held = sessions.filter(came__gt=0).values_list(
        "day", "course__name_zh", "course__name_en", "came"
    )
    turns = StationTurn.objects.filter(
        inside([area]), last_day__range=(first, last), state=TurnState.SERVED.value
    )
    served = turns.values_list("last_day").annotate(people=Count("pk")).order_by()
    found = [Training(*row) for row in held]
    found += [Training(day, "", "", people) for day, people in served]
    return sorted(found, key=lambda one: (one.day, one.name_en, one.name_zh))
