"""How patrols were driven and when key places were last looked in at.

Figures are of units and places, not of people, and hold no positions. A patrol that a call or
another patrol cut short says nothing about adherence and is counted apart; what it visited counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from wardmote.core.domain.ids import UnitId

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class PatrolRecord:
    """A patrol that is over; times in seconds UTC.

    Attributes:
        length_m: planned.
        way_share: of the planned way that was driven, 0 .. 1; None where no position is known.
        planned: ids of key places on it; `visited` those of them that were looked in at.
        cut_short: a call came, or another patrol was drawn up before it was over.
    """

    unit: UnitId
    made_s: float
    until_s: float
    length_m: float
    way_share: float | None
    planned: tuple[str, ...]
    visited: tuple[str, ...]
    cut_short: bool


@dataclass(frozen=True, slots=True)
class PatrolFigures:
    """What became of some patrols.

    Attributes:
        patrols: all; `cut_short` and `unknown` (driven to the end, no position known) of them
            are not judged.
        way_share: mean of those judged; None without any.
        planned, visited: stops at key places, of all patrols.
        visited_share: of the stops at key places of those judged; None without any.
    """

    patrols: int
    cut_short: int
    unknown: int
    way_share: float | None
    planned: int
    visited: int
    visited_share: float | None


@dataclass(frozen=True, slots=True)
class PlaceVisits:
    """Patrols at one key place.

    Attributes:
        planned, visits: in the period.
        last_s: end of the last patrol ever that looked in; None where none did.
        days_since: calendar days since then, 0 for today; None likewise.
    """

    place: str
    planned: int
    visits: int
    last_s: float | None
    days_since: int | None


def patrol_figures(records: Sequence[PatrolRecord]) -> PatrolFigures:
    """The figures of some patrols."""
    whole = [one for one in records if not one.cut_short]
    judged = [(one, one.way_share) for one in whole if one.way_share is not None]
    stops = sum(len(one.planned) for one, _share in judged)
    seen = sum(len(one.visited) for one, _share in judged)
    return PatrolFigures(
        patrols=len(records),
        cut_short=len(records) - len(whole),
        unknown=len(whole) - len(judged),
        way_share=mean(share for _one, share in judged) if judged else None,
        planned=sum(len(one.planned) for one in records),
        visited=sum(len(one.visited) for one in records),
        visited_share=seen / stops if stops else None,
    )


def patrols_by_unit(records: Iterable[PatrolRecord]) -> dict[UnitId, PatrolFigures]:
    """The figures of each unit, in order of their ids."""
    kept: dict[UnitId, list[PatrolRecord]] = {}
    for one in records:
        kept.setdefault(one.unit, []).append(one)
    return {unit: patrol_figures(kept[unit]) for unit in sorted(kept)}


def visits_of(
    places: Sequence[str],
    records: Sequence[PatrolRecord],
    from_s: float,
    days_ago: Callable[[float], int],
) -> tuple[PlaceVisits, ...]:
    """Visits of each place: those never looked in at first, then the longest ago.

    Args:
        records: of all time; those made from (>=) `from_s` on are of the period.
        days_ago: local calendar days between the day of a moment (seconds UTC) and today.
    """
    planned: Counter[str] = Counter()
    visited: Counter[str] = Counter()
    last_s: dict[str, float] = {}
    for one in records:
        if one.made_s >= from_s:
            planned.update(set(one.planned))
            visited.update(set(one.visited))
        for place in one.visited:
            last_s[place] = max(one.until_s, last_s.get(place, one.until_s))
    found = [
        PlaceVisits(
            place,
            planned[place],
            visited[place],
            last_s.get(place),
            max(0, days_ago(last_s[place])) if place in last_s else None,
        )
        for place in places
    ]
    order = {place: row for row, place in enumerate(places)}
    return tuple(
        sorted(found, key=lambda one: (0.0 if one.last_s is None else one.last_s, order[one.place]))
    )
