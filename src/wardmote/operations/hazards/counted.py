"""The cases behind the figures of hazards in a bulletin.

What is due, on time and reworked is decided by `core.beat.hazard_figures`, as on the page of
hazards' own figures. A hazard stands open at a moment when it was reported by then and had not
ended; what was reopened is told from its history.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from wardmote.core.beat.hazard_figures import (
    AGE_BANDS_D,
    DAY_S,
    HazardFigure,
    PartFacts,
    Period,
    age_band,
    is_in,
)
from wardmote.core.domain.hazard import (
    HAZARD_LIFE_CYCLE,
    OPEN_HAZARDS,
    PART_LIFE_CYCLE,
    ExtensionState,
    HazardAction,
    HazardState,
    PartAction,
    PartState,
)
from wardmote.core.domain.hazard_events import HazardPartMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.measures.sections import AGES
from wardmote.operations.counting import (
    Case,
    Counting,
    FactCounting,
    RowCounting,
    Window,
    placed_then,
)
from wardmote.operations.hazards.linked import standing_links, turned_down
from wardmote.operations.hazards.models import (
    Hazard,
    HazardArea,
    HazardExtension,
    HazardPart,
    HazardStep,
)
from wardmote.operations.journal.selectors import events_recorded_at

_PART_FIGURES = {
    "due": HazardFigure.DUE,
    "on_time": HazardFigure.ON_TIME,
    "checked": HazardFigure.CHECKED,
    "reworked": HazardFigure.REWORKED,
}
_BATCH = 400


def hazard_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Hazards reported, filed and closed, parts due and checked, and what is open at the end."""
    areas = tuple(areas)
    then_s = None if window.live else window.as_of_s
    reported = _inside(Hazard.objects.all(), areas, window).filter(
        ~turned_down(then_s),
        reported_s__gte=window.start_s, reported_s__lt=window.end_s,
    )  # fmt: skip
    steps = _inside(HazardStep.objects.all(), areas, window, "hazard").filter(
        about="hazard",
        action__in=[HazardAction.FILE.value, HazardAction.CLOSE.value],
        at_s__gte=window.start_s, at_s__lt=window.end_s,
    )  # fmt: skip
    return (
        RowCounting(
            reported,
            {"reported": Q(), "repeated": Q(Exists(_repeats(then_s)))},
            ("pk", "area_then", "reported_s", "number"),
            _case,
            area="area_then",
        ),
        RowCounting(
            steps,
            {
                "filed": Q(action=HazardAction.FILE.value),
                "closed": Q(action=HazardAction.CLOSE.value),
            },
            ("hazard_id", "area_then", "hazard__reported_s", "hazard__number"),
            _case,
            area="area_then",
            counted="hazard_id",
        ),
        _parts(areas, window),
        *_open(areas, window),
    )


def _inside(
    rows: QuerySet[Any], areas: tuple[AreaId, ...], window: Window, hazard: str = ""
) -> QuerySet[Any]:
    """Rows whose hazard lay in one of the areas as of then; `hazard`: how they name it."""
    of, field = (hazard, f"{hazard}__area") if hazard else ("pk", "area")
    return placed_then(rows, areas, window, HazardArea.objects.all(), of=of, field=field)


def _repeats(as_of_s: float | None) -> Any:
    return standing_links(as_of_s).filter(hazard=OuterRef("pk"))


def _case(row: tuple[Any, ...]) -> Case:
    pk, area, at_s, number = row
    return Case("hazard", pk, AreaId(area), at_s, number)


def _parts(areas: tuple[AreaId, ...], window: Window) -> FactCounting:
    period = Period(window.start_s, window.end_s, window.as_of_s)
    found = []
    for fact, number in _facts(areas, window):
        codes = frozenset(
            code for code, figure in _PART_FIGURES.items() if is_in(figure, fact, period)
        )
        if codes:
            case = Case("hazard", fact.hazard, fact.area, fact.deadline_s, number)
            found.append((case, codes))
    return FactCounting(tuple(_PART_FIGURES), found)


def _facts(areas: tuple[AreaId, ...], window: Window) -> Iterator[tuple[PartFacts, str]]:
    rows = _inside(HazardPart.objects.all(), areas, window, "hazard")
    around = Q(deadline_s__gte=window.start_s, deadline_s__lt=window.end_s)
    around |= Q(first_checked_s__gte=window.start_s, first_checked_s__lt=window.end_s)
    if not window.live:
        # A deadline that was moved since may have lain in the window; the first one says where.
        around |= Q(deadline_s__gte=window.start_s, first_deadline_s__lt=window.end_s)
        rows = rows.filter(assigned_s__lte=window.as_of_s)
    told = rows.filter(around).values_list(
        *("pk", "hazard_id", "hazard__category", "department_id", "area_then", "state"),
        *("deadline_s", "submitted_s", "first_checked_s", "returns", "ended_s", "again_s"),
        "hazard__number",
    )
    facts = [
        (
            PartFacts(pk, hazard, category, department or "", AreaId(area), PartState(state),
                      *rest),
            number,
        )
        for pk, hazard, category, department, area, state, *rest, number in told
    ]  # fmt: skip
    if window.live:
        yield from facts
        return
    changed = _changed_since([fact.part for fact, _number in facts], window.as_of_s)
    then = {part: _as_of(part, window.as_of_s) for part in changed}
    for fact, number in facts:
        yield (fact if fact.part not in then else _with(fact, then[fact.part])), number


def _changed_since(parts: list[str], as_of_s: float) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(parts), _BATCH):
        batch = parts[start : start + _BATCH]
        steps = HazardStep.objects.filter(part__in=batch, at_s__gt=as_of_s)
        found |= set(steps.values_list("part_id", flat=True))
    return found


_Then = tuple[PartState, float, float | None, float | None, int, float | None]


def _as_of(part: str, as_of_s: float) -> _Then:
    """State, deadline, proof, first check, returns and end at a moment, by a part's history."""
    state = PART_LIFE_CYCLE.initial
    submitted_s = checked_s = ended_s = None
    returns, last_s = 0, as_of_s
    steps = HazardStep.objects.filter(part=part, about="part", at_s__lte=as_of_s).order_by("pk")
    for action, at_s in steps.values_list("action", "at_s"):
        last_s = at_s
        if action not in set(PartAction):
            continue
        state = PART_LIFE_CYCLE.next_state(state, PartAction(action))
        if action == PartAction.SUBMIT.value:
            submitted_s = at_s
        if action in (PartAction.PASS.value, PartAction.RETURN.value):
            checked_s = at_s if checked_s is None else checked_s
            returns += action == PartAction.RETURN.value
        if state in PART_LIFE_CYCLE.final:
            ended_s = at_s
    return state, _deadline(part, last_s, as_of_s), submitted_s, checked_s, returns, ended_s


def _deadline(part: str, last_s: float, as_of_s: float) -> float:
    """The deadline that the journal told with the part's last step, and what was granted since."""
    told = [
        event.payload.deadline_s
        for event in events_recorded_at(last_s, ["hazard.part_moved"])
        if isinstance(event.payload, HazardPartMoved) and event.payload.part == part
    ]
    granted = HazardExtension.objects.filter(
        part=part, state=ExtensionState.GRANTED.value,
        decided_s__gte=last_s, decided_s__lte=as_of_s,
    )  # fmt: skip
    known = told[-1:] or list(
        HazardPart.objects.filter(pk=part).values_list("first_deadline_s", flat=True)
    )
    return max([*known, *granted.values_list("until_s", flat=True)])


def _with(fact: PartFacts, then: _Then) -> PartFacts:
    state, deadline_s, submitted_s, first_checked_s, returns, ended_s = then
    return replace(
        fact, state=state, deadline_s=deadline_s, submitted_s=submitted_s,
        first_checked_s=first_checked_s, returns=returns, ended_s=ended_s,
    )  # fmt: skip


def _open(areas: tuple[AreaId, ...], window: Window) -> tuple[Counting, ...]:
    """Open hazards at the end of the window: those never reopened by rows, others by history."""
    at_s = window.end_s
    known = _inside(Hazard.objects.all(), areas, window)
    once = known.filter(round=1, reported_s__lt=at_s).annotate(
        until_s=Coalesce("ended_s", Value(math.inf))
    )
    once = once.filter(until_s__gt=at_s)
    bands = {"open": Q()}
    newer_s = None
    for code, days in zip(AGES, (*AGE_BANDS_D, None), strict=True):
        band = Q()
        if days is not None:
            band &= Q(reported_s__gte=at_s - days * DAY_S)
        if newer_s is not None:
            band &= Q(reported_s__lt=newer_s)
        newer_s = None if days is None else at_s - days * DAY_S
        bands[code] = band
    return (
        RowCounting(
            once, bands, ("pk", "area_then", "reported_s", "number"), _case, area="area_then"
        ),
        FactCounting(tuple(bands), list(_reopened(known, at_s))),
    )


def _reopened(known: Any, at_s: float) -> Iterator[tuple[Case, frozenset[str]]]:
    rows = known.filter(round__gt=1).order_by()
    for pk, area, reported_s, number in rows.values_list("pk", "area_then", "reported_s", "number"):
        if reported_s >= at_s:
            continue
        state = HAZARD_LIFE_CYCLE.initial
        steps = HazardStep.objects.filter(hazard=pk, about="hazard", at_s__lte=at_s).order_by("pk")
        for action in steps.values_list("action", flat=True):
            if action in set(HazardAction):
                state = _moved(state, HazardAction(action))
        if state in OPEN_HAZARDS:
            case = Case("hazard", pk, AreaId(area), reported_s, number)
            yield case, frozenset({"open", AGES[age_band(reported_s, at_s)]})


def _moved(state: HazardState, action: HazardAction) -> HazardState:
    return HAZARD_LIFE_CYCLE.next_state(state, action)


def first_hazard_s() -> float | None:
    """When the oldest hazard on record was reported; None while there is none."""
    return Hazard.objects.order_by("reported_s").values_list("reported_s", flat=True).first()
