"""Loading units and putting them on and off duty.

Whether a unit may go off duty depends on its assignments; people go through `dispatch.services`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import UnitSpec
from wardmote.core.domain.unit_events import (
    UnitAvailability,
    UnitOffDuty,
    UnitOnDuty,
    UnitStationed,
)
from wardmote.operations.access import services as access
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.services import record
from wardmote.operations.units import selectors
from wardmote.operations.units.models import Unit

_MAY_MAN = (Permission.UNIT_CREW, Permission.UNIT_COMMAND, Permission.ACCESS_GRANT)
_SPEC_FIELDS = ["call_sign", "kind", "capabilities", "seats", "post", "area"]


def load_units(specs: Iterable[UnitSpec]) -> int:
    """Take over the units of a city; who is on duty stays. Returns how many there are."""
    rows = [
        Unit(
            id=spec.unit_id,
            call_sign=spec.call_sign,
            kind=spec.kind,
            capabilities=list(spec.capabilities),
            seats=spec.seats,
            post=spec.post,
            area=spec.area,
        )
        for spec in specs
    ]
    with transaction.atomic():
        Unit.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_SPEC_FIELDS,
        )
    return len(rows)


def station_units(posts: Mapping[UnitId, PostId], *, actor: str, now_s: float) -> int:
    """Units belong to these posts from now on; returns how many changed theirs.

    Who is on duty stays where it is and counts as standing by at its new post.
    """
    changed = _write_posts(posts)
    for unit in changed:
        payload = UnitStationed(UnitId(unit.pk), PostId(unit.post))
        record([payload], actor=actor, area=AreaId(unit.area), now_s=now_s)
    return len(changed)


def station_again(posts: Mapping[UnitId, PostId]) -> int:
    """After a city was loaded: units belong to the posts that the journal knows already."""
    return len(_write_posts(posts))


def _write_posts(posts: Mapping[UnitId, PostId]) -> list[Unit]:
    changed = []
    for unit in Unit.objects.select_for_update().filter(pk__in=list(posts)).order_by("pk"):
        post = posts[UnitId(unit.pk)]
        if unit.post != post:
            unit.post = post
            changed.append(unit)
    Unit.objects.bulk_update(changed, ["post"], batch_size=500)
    return changed


def write_on_duty(unit: Unit, lon: float, lat: float, *, actor: str, now_s: float) -> bool:
    """Put a locked unit on duty at a place; returns whether it was not yet."""
    if unit.on_duty:
        return False
    unit.on_duty, unit.available, unit.reason = True, True, ""
    unit.lon, unit.lat, unit.heading, unit.fix_s = lon, lat, None, now_s
    unit.save(update_fields=["on_duty", "available", "reason", "lon", "lat", "heading", "fix_s"])
    payload = UnitOnDuty(
        unit=UnitId(unit.pk),
        call_sign=unit.call_sign,
        kind=unit.kind,
        post=PostId(unit.post) if unit.post else None,
        capabilities=tuple(unit.capabilities),
        seats=unit.seats,
        lon=lon,
        lat=lat,
    )
    record([payload], actor=actor, area=AreaId(unit.area), now_s=now_s)
    return True


def write_off_duty(unit: Unit, *, actor: str, now_s: float) -> bool:
    """Take a locked unit without a job off duty; returns whether it was on duty."""
    if not unit.on_duty:
        return False
    unit.on_duty, unit.available, unit.reason = False, False, ""
    unit.lon = unit.lat = unit.heading = unit.fix_s = None
    unit.save(update_fields=["on_duty", "available", "reason", "lon", "lat", "heading", "fix_s"])
    record([UnitOffDuty(UnitId(unit.pk))], actor=actor, area=AreaId(unit.area), now_s=now_s)
    return True


def write_availability(
    unit: Unit, available: bool, reason: str, *, actor: str, now_s: float
) -> bool:
    """Mark a locked unit on duty as available or not; returns whether it changed."""
    kept = "" if available else reason
    if (unit.available, unit.reason) == (available, kept):
        return False
    unit.available, unit.reason = available, kept
    unit.save(update_fields=["available", "reason"])
    record(
        [UnitAvailability(UnitId(unit.pk), available, kept)],
        actor=actor,
        area=AreaId(unit.area),
        now_s=now_s,
    )
    return True


def join_crew(viewer: Viewer, account_id: int, unit_id: UnitId) -> None:
    """The holder of an account crews a unit from now on.

    Raises:
        UnknownUnitError: there is none.
        AccessDeniedError: the viewer neither crews nor commands units in its area, nor gives roles.
    """
    area = AreaId(selectors.find(unit_id).area)
    if not any(viewer.may(one, area) for one in _MAY_MAN):
        raise AccessDeniedError
    with transaction.atomic():
        access.join_crew(account_id, unit_id)
