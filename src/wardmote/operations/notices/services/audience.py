"""Who is told of something that waits to be decided. Nobody is told of what they did themselves."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.areas import ancestors
from wardmote.core.domain.duty_level import Reach, reached
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.access.selectors import staff_with


def others(people: Collection[str], event: Event) -> list[str]:
    """These people without whoever did it."""
    return [person for person in people if person != event.actor]


def deciders(
    permission: Permission, area: AreaId, now_s: float, *, but: Collection[str] = ()
) -> tuple[str, ...]:
    """Who may decide in an area and is near: of its county.

    Where nobody there may, those of the next wider division: a province does not hear of each
    village's swap.

    Args:
        but: who may not decide on this one.
    """
    holding = set(staff_with(permission, area, now_s)) - set(but)
    for around in ancestors(reached(Reach.COUNTY, area)):
        near = holding & set(staff_with(permission, area, now_s, within=around))
        if near:
            return tuple(sorted(near))
    return tuple(sorted(holding))
