"""The cases behind the figures of duty in a bulletin: levels in force, plans put to use.

Drills are left out: they never enter statistics.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Min, Q, QuerySet

from wardmote.core.domain.areas import ancestors
from wardmote.core.domain.duty_level import SwitchState
from wardmote.core.domain.ids import AreaId
from wardmote.operations.counting import Case, Counting, RowCounting, Window, inside
from wardmote.operations.duty.models import Activation, Switch

_WAS_IN_FORCE = [SwitchState.IN_FORCE.value, SwitchState.ENDED.value]


def duty_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Levels that held at any time, switches that came into force, plans activated."""
    areas = tuple(areas)
    switched = Switch.objects.filter(
        inside(areas), state__in=_WAS_IN_FORCE,
        decided_s__gte=window.start_s, decided_s__lt=window.end_s,
    )  # fmt: skip
    activated = Activation.objects.filter(
        inside(areas), drill=False, started_s__gte=window.start_s, started_s__lt=window.end_s
    )
    held = held_between(areas, window.start_s, window.end_s)
    return (
        RowCounting(held, {"in_force": Q()}, ("pk", "area", "decided_s", "level"), _switch),
        RowCounting(switched, {"switched": Q()}, ("pk", "area", "decided_s", "level"), _switch),
        RowCounting(
            activated, {"activated": Q()}, ("pk", "area", "started_s", "subject"), _activation
        ),
    )


def held_between(areas: Iterable[AreaId], start_s: float, end_s: float) -> QuerySet[Switch]:
    """Switches whose level held at any time of [start_s, end_s) in one of the areas or around it.

    Whenever this is asked after `end_s`, the answer is the same.
    """
    areas = tuple(areas)
    around = Q(area__in={wider for area in areas for wider in ancestors(area)})
    rows = Switch.objects.filter(inside(areas) | around, state__in=_WAS_IN_FORCE)
    return rows.filter(decided_s__lt=end_s).exclude(ended_s__lte=start_s)


def _switch(row: tuple[Any, ...]) -> Case:
    pk, area, at_s, level = row
    return Case("switch", pk, AreaId(area), at_s, level)


def _activation(row: tuple[Any, ...]) -> Case:
    pk, area, at_s, subject = row
    return Case("activation", pk, AreaId(area), at_s, subject)


def first_switch_s() -> float | None:
    """When a level was first proposed or a plan first put to use; None before."""
    proposed = Switch.objects.aggregate(first=Min("proposed_s"))["first"]
    started = Activation.objects.filter(drill=False).aggregate(first=Min("started_s"))["first"]
    return min((one for one in (proposed, started) if one is not None), default=None)
