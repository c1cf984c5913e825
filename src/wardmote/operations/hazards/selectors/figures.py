"""Figures of hazards and the cases behind them, counted by the database; where they cluster."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Avg,
    CharField,
    Count,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Floor, Substr
from django.db.models.sql.compiler import SQLCompiler

from wardmote.core.beat.hazard_figures import (
    AGE_BANDS_D,
    DAY_S,
    TAKEN_AWAY,
    Grouping,
    HazardFigure,
    HazardFigures,
    PartFacts,
    Period,
    total,
)
from wardmote.core.domain.hazard import HazardState, PartState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.hazards.models import Hazard, HazardArea, HazardPart
from wardmote.operations.hazards.rights import seen_by
from wardmote.operations.hazards.selectors.listing import OPEN, HazardFilter, hazards_seen

_METRES_PER_DEGREE = 111_194.9
_SHIFT = 100_000_000
"""More squares than there are from the equator or from Greenwich, whatever their size."""
TOWN_DIGITS = 9
"""Figures by area are of towns: the first nine of the twelve digits."""


def figures(viewer: Viewer, period: Period) -> dict[Grouping, tuple[HazardFigures, ...]]:
    """The figures of each group that had anything due or checked in a period, by key.

    The database reads the parts once, for all ways of telling them apart.
    """
    rows = HazardPart.objects.filter(_around(period), seen_by(viewer, "hazard__"))
    keys_of = _keys(period)
    told_apart = rows.annotate(**keys_of).values_list(*keys_of).order_by()
    found = told_apart.annotate(
        due=Count("pk", filter=parts_of(HazardFigure.DUE, period)),
        on_time=Count("pk", filter=parts_of(HazardFigure.ON_TIME, period)),
        checked=Count("pk", filter=parts_of(HazardFigure.CHECKED, period)),
        reworked=Count("pk", filter=parts_of(HazardFigure.REWORKED, period)),
    )
    groups: dict[Grouping, dict[str, list[HazardFigures]]] = {by: {} for by in Grouping}
    for *keys, due, on_time, checked, reworked in found:
        for by, key in zip(Grouping, keys, strict=True):
            row = HazardFigures(key, due, on_time, checked, reworked)
            groups[by].setdefault(key, []).append(row)
    return {
        by: tuple(
            row
            for key in sorted(groups[by])
            if (row := replace(total(groups[by][key]), key=key)).due or row.checked
        )
        for by in Grouping
    }


def recheck_waits(viewer: Viewer, period: Period) -> dict[Grouping | None, dict[str, float]]:
    """Median seconds between proof in time and the re-check that passed it, by group and key.

    Of all together under None, with an empty key. `core.beat.hazard_figures.recheck_wait_s` decides
    of one part; a group without any has none.
    """
    rows = HazardPart.objects.filter(
        seen_by(viewer, "hazard__"),
        deadline_s__gte=period.start_s, deadline_s__lt=period.end_s,
        submitted_s__lte=F("deadline_s"),
        state__in=[PartState.PASSED.value, PartState.SUBMITTED.value],
    )  # fmt: skip
    waited = Coalesce(F("ended_s"), Value(period.as_of_s)) - F("submitted_s")
    keys_of = _keys(period)
    told = rows.annotate(**keys_of, waited=waited).order_by()
    found: dict[Grouping | None, dict[str, list[float]]] = {by: {} for by in (None, *Grouping)}
    for *keys, wait_s in told.values_list(*keys_of, "waited"):
        for by, key in zip(found, ("", *keys), strict=True):
            found[by].setdefault(key, []).append(wait_s)
    return {by: {key: median(waits) for key, waits in found[by].items()} for by in found}


def cases(
    viewer: Viewer, period: Period, figure: HazardFigure, by: Grouping | None = None, key: str = ""
) -> QuerySet[Hazard]:
    """The hazards behind a figure, newest first; of one group, or of all (`by` None)."""
    about = parts_of(figure, period)
    if by is Grouping.CATEGORY:
        about &= Q(hazard__category=key)
    elif by is Grouping.DEPARTMENT:
        about &= Q(department=key) if key else Q(department=None)
    elif by is Grouping.AREA:
        about &= _in_town(key[:TOWN_DIGITS], period)
    return hazards_seen(viewer, HazardFilter(part=about))


def parts_of(figure: HazardFigure, period: Period) -> Q:
    """The parts that a figure of a period counts.

    As `core.beat.hazard_figures.is_in` decides of one part; a test holds both against each other.
    """
    checked = Q(first_checked_s__gte=period.start_s, first_checked_s__lt=period.end_s)
    if figure is HazardFigure.CHECKED:
        return checked
    if figure is HazardFigure.REWORKED:
        return checked & Q(returns__gt=0)
    passed = Q(state=PartState.PASSED.value)
    in_time = Q(submitted_s__isnull=False, submitted_s__lte=F("deadline_s"))
    too_late = Q(submitted_s__isnull=True) | Q(submitted_s__gt=F("deadline_s"))
    waits = Q(state=PartState.ASSIGNED.value) | (Q(state=PartState.SUBMITTED.value) & too_late)
    taken = Q(state__in=[state.value for state in TAKEN_AWAY], ended_s__gt=F("deadline_s"))
    taken &= Q(again_s__isnull=True) | Q(again_s__gt=period.as_of_s)
    due = passed | ((waits | taken) & Q(deadline_s__lt=period.as_of_s))
    due &= Q(deadline_s__gte=period.start_s, deadline_s__lt=period.end_s)
    if figure is HazardFigure.DUE:
        return due
    if figure is HazardFigure.ON_TIME:
        return due & passed & in_time
    return due & (~passed | too_late)


def open_by_age(viewer: Viewer, now_s: float) -> tuple[int, ...]:
    """How many hazards stand open in each band of age, as `core.beat.hazard_figures.ageing`."""
    bands = {f"band{row}": Count("pk", filter=_band(row, now_s)) for row in _BANDS}
    rows = hazards_seen(viewer, HazardFilter(state=OPEN)).order_by().prefetch_related(None)
    found = rows.aggregate(**bands)
    return tuple(found[f"band{row}"] for row in _BANDS)


def open_of_age(viewer: Viewer, row: int, now_s: float) -> QuerySet[Hazard]:
    """The open hazards of a band of age, newest first."""
    return hazards_seen(viewer, HazardFilter(state=OPEN)).filter(_band(row, now_s))


def part_facts(viewer: Viewer, wanted: HazardFilter, period: Period) -> list[PartFacts]:
    """The parts that figures of a period may count, of the hazards the viewer sees by right."""
    hazards = hazards_seen(viewer, wanted).order_by().values("pk")
    rows = HazardPart.objects.filter(_around(period), hazard__in=hazards).values_list(
        *("pk", "hazard_id", "hazard__category", "department_id", "hazard__area", "state"),
        *("deadline_s", "submitted_s", "first_checked_s", "returns", "ended_s", "again_s"),
    )
    return [
        PartFacts(pk, hazard, category, department or "", AreaId(area), PartState(state), *rest)
        for pk, hazard, category, department, area, state, *rest in rows
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the hot-spot map; bounds in degrees WGS-84."""

    west: float
    south: float
    east: float
    north: float
    count: int


def hot_cells(viewer: Viewer, wanted: HazardFilter, cell_m: float) -> list[Cell]:
    """Hazards counted by squares of `cell_m` metres, the fullest first; rejected ones left out."""
    rows = hazards_seen(viewer, wanted).exclude(state=HazardState.REJECTED.value).order_by()
    middle = rows.aggregate(lat=Avg("lat"))["lat"]
    if middle is None:
        return []
    high = cell_m / _METRES_PER_DEGREE
    wide = high / max(0.01, math.cos(math.radians(middle)))
    cells = rows.annotate(column=_floor("lon", wide), row=_floor("lat", high))
    counted = cells.values_list("column", "row").annotate(count=Count("pk"))
    return [
        Cell(column * wide, row * high, (column + 1) * wide, (row + 1) * high, count)
        for column, row, count in counted.order_by("-count", "column", "row")
    ]


class _Column(Floor):
    """The floor; SQLite has none of its own, and one written in Python takes ten times as long."""

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        """A cast cuts towards zero, so the number is made positive for it."""
        (inner,) = self.get_source_expressions()
        sql, params = compiler.compile(inner)
        return f"(CAST(({sql}) + {_SHIFT} AS INTEGER) - {_SHIFT})", params


def _floor(field: str, size: float) -> Floor:
    return _Column(Cast(F(field), FloatField()) / Value(size, output_field=FloatField()))


def _around(period: Period) -> Q:
    """Parts that any figure of a period may count."""
    due = Q(deadline_s__gte=period.start_s, deadline_s__lt=period.end_s)
    return due | Q(first_checked_s__gte=period.start_s, first_checked_s__lt=period.end_s)


_BANDS = range(len(AGE_BANDS_D) + 1)


def _band(row: int, now_s: float) -> Q:
    """Reported so long ago as a band says: more than its lower end (<), at most its upper (<=)."""
    older = Q() if row == 0 else Q(reported_s__lt=now_s - AGE_BANDS_D[row - 1] * DAY_S)
    if row == len(AGE_BANDS_D):
        return older
    return older & Q(reported_s__gte=now_s - AGE_BANDS_D[row] * DAY_S)


def _keys(period: Period) -> dict[str, Combinable]:
    """How parts are told apart, in the order of `Grouping`; by town as of the period's end."""
    area: Combinable = F("hazard__area")
    moved = _moved_since(period)
    if moved.exists():
        first = moved.filter(thing=OuterRef("hazard")).order_by("until_s", "pk")
        area = Coalesce(Subquery(first.values("area")[:1]), area)
    department = Coalesce(F("department_id"), Value(""), output_field=CharField())
    town = Concat(Substr(area, 1, TOWN_DIGITS), Value("0" * (12 - TOWN_DIGITS)))
    return {
        f"by_{Grouping.CATEGORY.value}": F("hazard__category"),
        f"by_{Grouping.DEPARTMENT.value}": department,
        f"by_{Grouping.AREA.value}": town,
    }


def _moved_since(period: Period) -> QuerySet[HazardArea]:
    """What came elsewhere after a period: few, only what followed its village."""
    return HazardArea.objects.filter(until_s__gt=min(period.end_s, period.as_of_s))


def _in_town(town: str, period: Period) -> Q:
    """Parts whose hazard lay in a town at the end of a period, as `_keys` tells."""
    moved = _moved_since(period).order_by("-until_s", "-pk").values_list("thing", "area")
    was = dict(moved.iterator())  # of several places the first after the period is written last
    there = Q(hazard__area__gte=town.ljust(12, "0"), hazard__area__lte=town.ljust(12, "9"))
    if not was:
        return there
    came_away = [thing for thing, area in was.items() if area.startswith(town)]
    return (there & ~Q(hazard__in=list(was))) | Q(hazard__in=came_away)
