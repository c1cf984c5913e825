"""Counting cases of a period by town, and opening the same cases: one condition for both.

Each room says which of its cases belong to which figure; the bulletin counts them and lists them.
What is told of a period *as of* a moment uses nothing that was recorded after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.measures.sections import ALL, Tally

TOWN_DIGITS = 9
AREA_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Window:
    """[start_s, end_s) in seconds UTC, as seen at `as_of_s` >= end_s.

    Attributes:
        live: whether `as_of_s` is now, so that nothing can have been recorded after it.
    """

    start_s: float
    end_s: float
    as_of_s: float
    live: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One case behind a figure.

    Attributes:
        room: which page shows it: ``hazard``, ``task``, ``person_day``, ``village``, ``check``,
            ``fault``, ``item``, ``watch``, ``switch`` or ``activation``.
        id: there.
        at_s: the moment for which it counts, seconds UTC; None for what has none.
        label: a number or a code; never the name of a resident.
    """

    room: str
    id: str
    area: AreaId
    at_s: float | None
    label: str = ""


class Counting(Protocol):
    """Cases of some figures."""

    @property
    def codes(self) -> Sequence[str]:
        """The figures whose cases it knows."""
        ...

    def tally(self) -> Tally:
        """How many cases each figure has, by town and in all."""
        ...

    def cases(self, code: str, town: str, most: int) -> list[Case]:
        """The first `most` cases of a figure, in a town or (`ALL`) anywhere."""
        ...


@dataclass(frozen=True, slots=True)
class RowCounting:
    """Cases that are rows.

    Attributes:
        figures: code -> which of `rows` count.
        fields: of a row, for `case_of`.
        area: name of the field with the area.
        counted: what is counted, once each; the row itself unless told otherwise.
    """

    rows: QuerySet[Any]
    figures: Mapping[str, Q]
    fields: tuple[str, ...]
    case_of: Callable[[tuple[Any, ...]], Case]
    area: str = "area"
    counted: str = ""

    @property
    def codes(self) -> Sequence[str]:
        """The figures whose cases it knows."""
        return tuple(self.figures)

    def tally(self) -> Tally:
        """How many cases each figure has, by town and in all."""
        counts = {
            # The area, which is always known, is in the indexes that answer this.
            code: Count(
                self.counted or self.area, filter=condition or None, distinct=bool(self.counted)
            )
            for code, condition in self.figures.items()
        }
        found: dict[str, dict[str, int]] = {ALL: dict.fromkeys(self.figures, 0)}
        towns = self.rows.order_by().values(_town=Substr(F(self.area), 1, TOWN_DIGITS))
        for row in towns.annotate(**{f"n_{code}": one for code, one in counts.items()}):
            group = found.setdefault(row["_town"].ljust(AREA_DIGITS, "0"), {})
            for code in self.figures:
                group[code] = group.get(code, 0) + row[f"n_{code}"]
                found[ALL][code] += row[f"n_{code}"]
        return found

    def cases(self, code: str, town: str, most: int) -> list[Case]:
        """The first `most` cases of a figure, in a town or (`ALL`) anywhere."""
        rows = self.rows.filter(self.figures[code]).filter(_of_town(self.area, town))
        if self.counted:
            rows = rows.distinct()
        return [self.case_of(row) for row in rows.values_list(*self.fields)[:most]]


@dataclass(frozen=True, slots=True)
class FactCounting:
    """Cases that are worked out, each with the figures to which it belongs; a case counts once."""

    codes: Sequence[str]
    facts: Sequence[tuple[Case, frozenset[str]]]

    def tally(self) -> Tally:
        """How many cases each figure has, by town and in all."""
        found: dict[str, dict[str, int]] = {ALL: dict.fromkeys(self.codes, 0)}
        for case, codes in self.facts:
            for group in (ALL, town_of(case.area)):
                counts = found.setdefault(group, {})
                for code in codes:
                    counts[code] = counts.get(code, 0) + 1
        return found

    def cases(self, code: str, town: str, most: int) -> list[Case]:
        """The first `most` cases of a figure, in a town or (`ALL`) anywhere."""
        found = [
            case
            for case, codes in self.facts
            if code in codes and (town == ALL or town_of(case.area) == town)
        ]
        return found[:most]


def together(countings: Iterable[Counting]) -> Tally:
    """The tallies of several countings, which know different figures or different cases."""
    found: dict[str, dict[str, int]] = {ALL: {}}
    for counting in countings:
        for group, counts in counting.tally().items():
            row = found.setdefault(group, {})
            for code, count in counts.items():
                row[code] = row.get(code, 0) + count
    return found


def cases_behind(countings: Iterable[Counting], code: str, town: str, most: int) -> list[Case]:
    """The first `most` cases of a figure; exactly as many as `together` counts, when fewer."""
    found: list[Case] = []
    for counting in countings:
        if code in counting.codes and len(found) < most:
            found += counting.cases(code, town, most - len(found))
    return found


def town_of(area: AreaId) -> str:
    """The town that a division lies in; a higher division is itself."""
    return area[:TOWN_DIGITS].ljust(AREA_DIGITS, "0")


def _of_town(field: str, town: str) -> Q:
    if town == ALL:
        return Q()
    prefix = town[:TOWN_DIGITS]
    return Q(**{f"{field}__gte": prefix.ljust(AREA_DIGITS, "0")}) & Q(
        **{f"{field}__lte": prefix.ljust(AREA_DIGITS, "9")}
    )


def inside(areas: Iterable[AreaId], field: str = "area") -> Q:
    """Rows whose area lies in one of `areas`, told so that no index of areas answers it.

    Whoever reads bulletins sees a county or more, so areas choose little and times much: what is
    counted is found by its time, and areas are looked at in the same index.
    """
    condition = Q(pk__in=[])
    for area in areas:
        condition |= Q(**{f"{field}__startswith": area_prefix(area)})
    return condition


def placed_then(
    rows: QuerySet[Any],
    areas: Iterable[AreaId],
    window: Window,
    moves: QuerySet[Any],
    *,
    of: str = "pk",
    field: str = "area",
) -> QuerySet[Any]:
    """Rows that lay in one of `areas` as of the window's moment; where is in `area_then`.

    Args:
        moves: rows with `thing_id`, the `area` where it was and `until_s`, when it came elsewhere;
            few, since only what went on after its village was split, merged or moved has any.
        of: how `rows` name the thing.
        field: where `rows` have the area in which it is by now.
    """
    areas = tuple(areas)
    later = moves.filter(until_s__gt=window.as_of_s)
    if window.live or not later.exists():
        now: QuerySet[Any] = rows.filter(inside(areas, field)).annotate(area_then=F(field))
        return now
    came_away = later.filter(inside(areas)).values("thing_id")
    first = later.filter(thing_id=OuterRef(of)).order_by("until_s", "pk")
    near = rows.filter(inside(areas, field) | Q(**{f"{of}__in": came_away}))
    then = Coalesce(Subquery(first.values("area")[:1]), F(field))
    found: QuerySet[Any] = near.annotate(area_then=then).filter(inside(areas, "area_then"))
    return found


def contains(areas: Iterable[AreaId]) -> Callable[[str], bool]:
    """Whether a code lies in one of some areas."""
    prefixes = tuple(area_prefix(area) for area in areas)
    return lambda code: code.startswith(prefixes)
