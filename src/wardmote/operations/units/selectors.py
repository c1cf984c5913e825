"""Reading units."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import UnitSpec
from wardmote.operations.units.errors import UnknownUnitError
from wardmote.operations.units.models import Unit

UnitRow = Unit
"""For other apps' annotations; they reach the rows through this module only."""


def lock(unit_id: UnitId) -> Unit:
    """The row of a unit, locked until the transaction ends.

    Raises:
        UnknownUnitError: there is none.
    """
    row = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if row is None:
        raise UnknownUnitError(unit=unit_id)
    return row


def find(unit_id: UnitId) -> Unit:
    """The row of a unit, to read.

    Raises:
        UnknownUnitError: there is none.
    """
    row = Unit.objects.filter(pk=unit_id).first()
    if row is None:
        raise UnknownUnitError(unit=unit_id)
    return row


def all_units() -> list[Unit]:
    """Every unit, by id."""
    return list(Unit.objects.order_by("id"))


def on_duty_by_post() -> dict[str, int]:
    """How many units are on duty at each post; posts without any are left out."""
    rows = Unit.objects.filter(on_duty=True).order_by().values_list("post")
    return {post: count for post, count in rows.annotate(count=Count("pk")) if post}


def units_by_id(ids: Iterable[str]) -> dict[str, Unit]:
    """Rows by id."""
    return Unit.objects.in_bulk(list(ids))


def named(text: str) -> list[UnitId]:
    """Units whose id or call sign is `text`; letter case does not count."""
    rows = Unit.objects.filter(Q(pk__iexact=text) | Q(call_sign__iexact=text)).order_by("id")
    return [UnitId(pk) for pk in rows.values_list("pk", flat=True)[:5]]


def may_crew(viewer: Viewer, unit: Unit) -> bool:
    """Whether the viewer is crew of the unit, with that role in its area."""
    return unit.pk in viewer.crew_of and viewer.may(Permission.UNIT_CREW, AreaId(unit.area))


def may_command(viewer: Viewer, unit: Unit) -> bool:
    """Whether the viewer commands units in its area."""
    return viewer.may(Permission.UNIT_COMMAND, AreaId(unit.area))


def spec_of(unit: Unit) -> UnitSpec:
    """A unit as equipped."""
    return UnitSpec(
        unit_id=UnitId(unit.pk),
        call_sign=unit.call_sign,
        kind=unit.kind,
        post=PostId(unit.post),
        area=AreaId(unit.area),
        capabilities=tuple(unit.capabilities),
        seats=unit.seats,
    )
