"""Patrols of idle units: drawn up on request, by chance, kept with their seed."""

from __future__ import annotations

import secrets

from django.db import transaction

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.move_up_events import PatrolPlanned
from wardmote.core.domain.permissions import Viewer
from wardmote.core.policies.patrol import Patrol, PatrolRule, draw_patrol, dump_patrol, load_patrol
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.beats import beat_of, key_places_near
from wardmote.operations.dispatch.errors import NoPatrolError, UnitBusyError
from wardmote.operations.dispatch.models import ACTIVE, Assignment, MoveUp, PatrolPlan
from wardmote.operations.dispatch.services.move_ups import LIVING
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import CityRuntime
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.errors import OffDutyError
from wardmote.operations.units.selectors import UnitRow

PATROL_RULE = PatrolRule()
KEPT_S = 7 * 86_400.0
"""Plans of patrols are forgotten after this long (`patrol_records.settle_patrols`)."""


def draw_patrol_for(
    viewer: Viewer,
    unit_id: UnitId,
    city: CityRuntime,
    *,
    now_s: float,
    place: tuple[float, float] | None = None,
) -> Patrol:
    """A new patrol for a free unit; nothing is kept. May take seconds: not in a transaction.

    Args:
        place: (lon, lat) where the unit is; its post where that is not known.

    Raises:
        UnknownUnitError: no such unit.
        AccessDeniedError: neither its crew nor its commander.
        OffDutyError, UnitBusyError: it cannot patrol now.
        NoPatrolError: there is nowhere to go from which its post's places stay in reach.
    """
    unit = _own(viewer, unit_id)
    _check_free(unit)
    return _draw(city, unit, now_s, place)


def keep_patrol(viewer: Viewer, unit_id: UnitId, patrol: Patrol, *, now_s: float) -> PatrolPlan:
    """Make a patrol the unit's present one; the former one is put aside.

    Raises:
        UnknownUnitError, AccessDeniedError, OffDutyError, UnitBusyError: as `draw_patrol_for`.
    """
    with transaction.atomic():
        _own(viewer, unit_id)
        unit = unit_selectors.lock(unit_id)
        _check_free(unit)
        PatrolPlan.objects.filter(unit=unit, until_s__gt=now_s).update(until_s=now_s)
        row = PatrolPlan.objects.create(
            id=new_id(now_s),
            unit=unit,
            made_s=now_s,
            until_s=now_s + patrol.lasts_s,
            seed=patrol.seed,
            plan=dump_patrol(patrol),
            made_by=viewer.staff_id,
        )
        planned = PatrolPlanned(row.pk, unit_id, row.until_s)
        record([planned], actor=viewer.staff_id, area=AreaId(unit.area), now_s=now_s)
        return row


def _check_free(unit: UnitRow) -> None:
    if not unit.on_duty:
        raise OffDutyError(unit=unit.call_sign)
    if Assignment.objects.filter(unit=unit, state__in=ACTIVE).exists():
        raise UnitBusyError(unit=unit.call_sign)


def present_patrol(viewer: Viewer, unit_id: UnitId, now_s: float) -> tuple[PatrolPlan, Patrol]:
    """The patrol of a unit that is not over yet.

    Raises:
        UnknownUnitError: no such unit.
        AccessDeniedError: neither its crew nor its commander.
        NoPatrolError: there is none.
    """
    unit = _own(viewer, unit_id)
    row = PatrolPlan.objects.filter(unit=unit, until_s__gt=now_s).order_by("-made_s").first()
    if row is None:
        raise NoPatrolError
    return row, load_patrol(row.plan)


def _own(viewer: Viewer, unit_id: UnitId) -> UnitRow:
    unit = unit_selectors.find(unit_id)
    if not (unit_selectors.may_crew(viewer, unit) or unit_selectors.may_command(viewer, unit)):
        raise AccessDeniedError
    return unit


def _draw(
    city: CityRuntime, unit: UnitRow, now_s: float, place: tuple[float, float] | None
) -> Patrol:
    living = MoveUp.objects.filter(unit=unit, state__in=LIVING).exclude(state="advised").first()
    post = places.post(unit.post if living is None else living.post)
    if post is None:
        raise NoPatrolError
    where = city.snap(post.lon, post.lat)
    if int(where.edge[0]) < 0:
        raise NoPatrolError
    beat = beat_of(city, PostId(post.pk), where, PATROL_RULE, now_s)
    start = where if place is None else city.snap(*place)
    if beat is None:
        raise NoPatrolError
    start = where if int(start.edge[0]) < 0 else start
    seed = secrets.randbits(48)
    drawn = draw_patrol(beat, start, where, key_places_near(city, now_s), PATROL_RULE, seed)
    if drawn is None:
        raise NoPatrolError
    return drawn
