"""Who is on duty in days that nobody has seen yet: the units of the days fitted on, as they were.

Units with a fixed home are there throughout, as far as the records show. Units without one come on
and go off duty at the hours of the week at which they did in the days fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import Post
from wardmote.core.simulation.replay.fleet import HomeFrom, ReplayUnit, UnitHint, infer_fleet

WEEK_S = 7 * 86_400.0
MARGIN_S = 86_400.0
"""The fleet stands ready so long before the first call and after the last, as in the record."""

_FIXED = frozenset({HomeFrom.UNITS_FILE, HomeFrom.SOURCE, HomeFrom.NAME})


def fleet_ahead(
    past: Sequence[CallRecord],
    posts: Sequence[Post],
    hints: Mapping[str, UnitHint],
    from_s: float,
    to_s: float,
) -> tuple[ReplayUnit, ...]:
    """The fleet in from_s <= t < to_s, told from calls before it.

    Raises:
        ValueError: there are no posts.
    """
    fleet = infer_fleet(past, posts, hints)
    found = []
    for unit in fleet:
        if unit.home_from in _FIXED:
            found.append(replace(unit, spells=((from_s - MARGIN_S, to_s + MARGIN_S),)))
        else:
            spells = _moved(unit.spells, from_s - MARGIN_S, to_s + MARGIN_S)
            if spells:
                found.append(replace(unit, spells=spells))
    return tuple(found)


def _moved(
    spells: Sequence[tuple[float, float]], from_s: float, to_s: float
) -> tuple[tuple[float, float], ...]:
    """Each spell as often as it fits when moved on by whole weeks; overlaps are joined."""
    moved = []
    for start_s, end_s in spells:
        first = math.ceil((from_s - end_s) / WEEK_S)
        last = math.floor((to_s - start_s) / WEEK_S)
        moved += [
            (start_s + WEEK_S * week, end_s + WEEK_S * week) for week in range(first, last + 1)
        ]
    joined: list[tuple[float, float]] = []
    for start_s, end_s in sorted(moved):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end_s, joined[-1][1]))
        else:
            joined.append((start_s, end_s))
    return tuple(joined)
