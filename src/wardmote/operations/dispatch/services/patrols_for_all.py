"""Patrols for all idle units at once, each drawn up and kept as a single one is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import NoPatrolError, UnitBusyError
from wardmote.operations.dispatch.models import PatrolPlan
from wardmote.operations.dispatch.services.patrols import draw_patrol_for, keep_patrol
from wardmote.operations.places.city_runtime import CityRuntime
from wardmote.operations.refusals import RefusedError
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.errors import OffDutyError
from wardmote.operations.units.selectors import UnitRow

SECONDS_AT_ONCE = 20.0
"""Nobody waits longer for an answer: units that are left (>=) are for the next time."""


class PassedOver(StrEnum):
    """Why a unit on duty was given no patrol."""

    BUSY = "busy"
    """It has a call."""
    UNAVAILABLE = "unavailable"
    """It is on duty, but not available: a break, or trouble."""
    ON_PATROL = "on_patrol"
    """It has a patrol that runs."""
    NOWHERE = "nowhere"
    """There is nowhere to go from which its post's places stay in reach."""
    LATER = "later"
    """The time for one go was over."""


_REASONS: Mapping[type[RefusedError], PassedOver] = {
    UnitBusyError: PassedOver.BUSY,
    OffDutyError: PassedOver.UNAVAILABLE,
    NoPatrolError: PassedOver.NOWHERE,
}


@dataclass(frozen=True, slots=True)
class PatrolsDrawn:
    """What became of the units on duty that one commands.

    Attributes:
        drawn: units that have a new patrol.
        passed_over: by reason, how many have none.
    """

    drawn: tuple[UnitId, ...]
    passed_over: Mapping[PassedOver, int]


def draw_patrols(
    viewer: Viewer,
    city: CityRuntime,
    *,
    now_s: float,
    place_of: Callable[[UnitId], tuple[float, float] | None] = lambda unit: None,
    seconds_left: Callable[[], float] | None = None,
) -> PatrolsDrawn:
    """A patrol for each unit on duty that one commands, that is free and has none.

    May take long: not in a transaction. Each is kept as soon as it is drawn.

    Args:
        place_of: (lon, lat) where a unit is; None where that is not known.
        seconds_left: when to leave the others; `SECONDS_AT_ONCE` from now where it is None.

    Raises:
        AccessDeniedError: the viewer commands no units anywhere.
    """
    if not viewer.areas_with(Permission.UNIT_COMMAND):
        raise AccessDeniedError
    begun_s = time.monotonic()
    left = seconds_left or (lambda: SECONDS_AT_ONCE - (time.monotonic() - begun_s))
    drawn: list[UnitId] = []
    passed: Counter[PassedOver] = Counter()
    for unit in unit_selectors.all_units():
        if not unit.on_duty or not unit_selectors.may_command(viewer, unit):
            continue
        why = PassedOver.LATER if left() <= 0 else _draw_one(viewer, unit, city, now_s, place_of)
        if why is None:
            drawn.append(UnitId(unit.pk))
        else:
            passed[why] += 1
    return PatrolsDrawn(tuple(drawn), dict(passed))


def _draw_one(
    viewer: Viewer,
    unit: UnitRow,
    city: CityRuntime,
    now_s: float,
    place_of: Callable[[UnitId], tuple[float, float] | None],
) -> PassedOver | None:
    """Draw and keep the patrol of one unit; why not, where it has none afterwards."""
    unit_id = UnitId(unit.pk)
    if not unit.available:
        return PassedOver.UNAVAILABLE
    if _is_on_patrol(unit_id, now_s):
        return PassedOver.ON_PATROL
    try:
        patrol = draw_patrol_for(viewer, unit_id, city, now_s=now_s, place=place_of(unit_id))
        with transaction.atomic():
            unit_selectors.lock(unit_id)
            # Somebody else may have drawn one up meanwhile, which is not put aside.
            if _is_on_patrol(unit_id, now_s):
                return PassedOver.ON_PATROL
            keep_patrol(viewer, unit_id, patrol, now_s=now_s)
    except (UnitBusyError, OffDutyError, NoPatrolError) as refused:
        return _REASONS[type(refused)]
    return None


def _is_on_patrol(unit_id: UnitId, now_s: float) -> bool:
    return PatrolPlan.objects.filter(unit_id=unit_id, until_s__gt=now_s).exists()
