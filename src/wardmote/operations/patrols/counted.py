"""The cases behind the figures of night watches in a bulletin.

A watch is due in the period in which its night ended, once its roster is published, unless it was
cancelled. It was held when its team began it, missed when a leader said so and nobody has begun
it; of the others nothing is on record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Min, Q

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import RosterState, WatchState
from wardmote.operations.counting import Case, Counting, RowCounting, Window, inside
from wardmote.operations.patrols.models import Watch, WatchRoster


def watch_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Watches due, held, missed, and those of which nothing is said."""
    by_then = Q(ended_s__lte=window.as_of_s)
    # What a phone told later was not known before: figures of then stay as they were.
    held = Q(begun_known_s__lte=window.as_of_s)
    unheld = Q(begun_known_s__isnull=True) | Q(begun_known_s__gt=window.as_of_s)
    missed = unheld & Q(missed_s__lte=window.as_of_s)
    due = Watch.objects.filter(
        inside(areas, "roster__area"), ends_s__gte=window.start_s, ends_s__lt=window.end_s
    ).exclude(roster__state=RosterState.DRAFT.value)
    due = due.exclude(Q(state=WatchState.CANCELLED.value) & by_then)
    return (
        RowCounting(
            due,
            {
                "due": Q(),
                "held": held,
                "missed": missed,
                "unsaid": unheld & (Q(missed_s__isnull=True) | Q(missed_s__gt=window.as_of_s)),
            },
            ("pk", "roster__area", "begins_s", "night", "roster_id"),
            _case,
            area="roster__area",
        ),
    )


def _case(row: tuple[Any, ...]) -> Case:
    _pk, area, begins_s, night, roster = row
    return Case("watch", roster, AreaId(area), begins_s, night.isoformat())


def first_watch_s() -> float | None:
    """When the first roster that was published was begun; None before."""
    rows = WatchRoster.objects.exclude(state=RosterState.DRAFT.value)
    first: float | None = rows.aggregate(first=Min("made_s"))["first"]
    return first
