"""Posts that have fewer units on duty than the level in force there asks for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.duty_level import DutyLevel, level_at
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty.models import Switch
from wardmote.operations.duty.selectors.levels import level_switch, levels_in_force
from wardmote.operations.places import selectors as places
from wardmote.operations.units.selectors import on_duty_by_post

KEPT_S = 60.0
"""The banner is on every page; how many units are on duty is counted again after so long."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A post below the minimum of the level in force there.

    Attributes:
        switch: the id of the switch whose level holds at the post.
        area: of the post.
        on_duty, least: units; on_duty < least.
    """

    switch: str
    level: DutyLevel
    area: AreaId
    post: str
    name_zh: str
    name_en: str
    on_duty: int
    least: int


_lock = threading.Lock()
_known: dict[tuple[str, ...], tuple[float, tuple[Shortfall, ...]]] = {}


def shortfalls(in_force: Sequence[Switch], now_s: float) -> tuple[Shortfall, ...]:
    """The posts below their minimum now, by id; none where no level is in force."""
    if not in_force:
        return ()
    switches = [level_switch(row) for row in in_force]
    everyday, on_duty = levels_in_force(now_s).everyday, on_duty_by_post()
    found = []
    for row in places.posts():
        area = AreaId(row.area)
        answer = level_at(area, switches, everyday)
        least, present = answer.level.minimum_at(PostId(row.pk)), on_duty.get(row.pk, 0)
        if answer.switch is not None and present < least:
            found.append(
                Shortfall(
                    answer.switch.switch,
                    answer.level,
                    area,
                    row.pk,
                    row.name_zh,
                    row.name_en,
                    present,
                    least,
                )
            )
    return tuple(sorted(found, key=lambda one: one.post))


def shortfalls_seen(
    viewer: Viewer, in_force: Sequence[Switch], now_s: float
) -> tuple[Shortfall, ...]:
    """Those where the viewer plans duty or dispatches, as of a minute ago at most.

    Args:
        in_force: the switches in force now; of others nothing is remembered.
    """
    areas = {
        *viewer.areas_with(Permission.DUTY_PLAN),
        *viewer.areas_with(Permission.INCIDENT_DISPATCH),
    }
    if not areas or not in_force:
        return ()
    return tuple(
        one
        for one in _remembered(in_force, now_s)
        if any(area_contains(own, one.area) for own in areas)
    )


def _remembered(in_force: Sequence[Switch], now_s: float) -> tuple[Shortfall, ...]:
    key = tuple(sorted(row.pk for row in in_force))
    with _lock:
        known = _known.get(key)
    if known is not None and 0.0 <= now_s - known[0] < KEPT_S:
        return known[1]
    found = shortfalls(in_force, now_s)
    with _lock:
        _known.clear()
        _known[key] = (now_s, found)
    return found
