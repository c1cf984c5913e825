"""Roles given by hand go along where one division has the whole ground of theirs.

Where the ground was divided nobody but the giver can say to whom which part belongs: such a role
stays with the code that ended, reaches nothing there any more, and is listed on the place's page.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.place_events import DivisionChanged
from wardmote.core.domain.staff_events import StaffRoleFollowed
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access import selectors
from wardmote.operations.access.models import Grant
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places.named_after import Named, ask_names_of
from wardmote.operations.places.successors import Successors

ACTOR = "rule:places"


def follow_change(event: Event, now_s: float) -> None:
    """Villages were merged or moved: roles given there go along, once the day has come."""
    payload = event.payload
    if isinstance(payload, DivisionChanged):
        _follow(Successors(), payload.before, now_s)


def follow_all(now_s: float) -> None:
    """Let every role go along whose division was merged or moved by now."""
    known = Successors()
    _follow(known, known.left(local_day(now_s)), now_s)


def _follow(known: Successors, codes: Collection[str], now_s: float) -> None:
    day = local_day(now_s)
    gone = known.left(day) & set(codes)
    if not gone:
        return
    with transaction.atomic():
        rows = Grant.objects.select_for_update().filter(
            selectors.grants_in_force(now_s), area__in=gone
        )
        for row in rows.select_related("account").order_by("pk"):
            area = known.only(AreaId(row.area), day)
            if area is not None and area != row.area:
                _move(row, area, now_s)


def _move(row: Grant, area: AreaId, now_s: float) -> None:
    before = AreaId(row.area)
    there = Grant.objects.filter(account=row.account_id, role=row.role, area=area).first()
    if there is None:
        row.area = area
        row.save(update_fields=["area"])
    else:  # held there already: for as long as either
        ends = (there.valid_to_s, row.valid_to_s)
        begins = (there.valid_from_s, row.valid_from_s)
        there.valid_to_s = None if None in ends else max(one for one in ends if one is not None)
        there.valid_from_s = (
            None if None in begins else min(one for one in begins if one is not None)
        )
        there.save(update_fields=["valid_from_s", "valid_to_s"])
        row.delete()
    event = StaffRoleFollowed(row.account.staff_id, Role(row.role), before, area)
    record([event], actor=ACTOR, area=area, now_s=now_s)
    transaction.on_commit(selectors.forget_viewers)


def names(codes: Collection[str], now_s: float) -> list[Named]:
    """Roles given by hand in one of these divisions now, each role once."""
    rows = Grant.objects.filter(selectors.grants_in_force(now_s), area__in=codes)
    found = rows.order_by("area", "role").values_list("role", "area").distinct()
    return [Named("role", role, Bilingual(role, role), area) for role, area in found]


def register() -> None:
    """Have access asked; again changes nothing."""
    ask_names_of("access", names)
