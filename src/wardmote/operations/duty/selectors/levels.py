"""Reading levels: which one holds where, and what a switch would change."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.duty_level import (
    SHIPPED_DUTY_LEVELS,
    DutyLevel,
    DutyLevels,
    LevelAnswer,
    LevelSwitch,
    SwitchState,
    level_at,
    load_duty_levels,
)
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.leave import LeaveKind
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import dump, load
from wardmote.core.domain.standards import SHIPPED_STANDARDS, ResponseStandard
from wardmote.core.policies.timers import SHIPPED_TIMERS, Timer
from wardmote.operations.access.selectors import within_right
from wardmote.operations.duty.counted import held_between
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import Switch
from wardmote.operations.people.selectors import leaves_touching
from wardmote.operations.places import selectors as places
from wardmote.operations.units.selectors import on_duty_by_post

SHOWN = 100
SwitchRow = Switch
"""For other layers' annotations; they reach the rows through this module only."""


@dataclass(frozen=True, slots=True)
class PostNow:
    """Units on duty at a post, and how many it must have at least."""

    post: str
    name_zh: str
    name_en: str
    on_duty: int
    least: int

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.least - self.on_duty)


@dataclass(frozen=True, slots=True)
class Effects:
    """Exactly what a switch changes.

    Attributes:
        before, after: the level that holds in the area, and would hold.
        standard_before, standard_after: versions of the response standard of calls in the area.
        timers: (timer, seconds to the alarm before, after) of urgent calls.
        posts: with the minimum of the level that would hold.
        recalled: ids of leaves that would be cut short or, not begun yet, cancelled.
        part: the area is a part of the place: figures of the place keep its standard.
    """

    before: LevelAnswer
    after: LevelAnswer
    standard_before: str
    standard_after: str
    timers: tuple[tuple[str, float, float], ...]
    posts: tuple[PostNow, ...]
    recalled: tuple[str, ...]
    part: bool

    @property
    def digest(self) -> str:
        """Tells these effects from others; units that come and go do not count."""
        shown = [
            dump(self.after.level),
            self.before.level.code,
            self.standard_before,
            self.standard_after,
            [list(one) for one in self.timers],
            [[one.post, one.least] for one in self.posts],
            list(self.recalled),
        ]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def levels_in_force(now_s: float) -> DutyLevels:
    """The levels in force; the shipped ones until some are set."""
    data = places.rules_in_force("duty_levels", now_s)
    return SHIPPED_DUTY_LEVELS if data is None else load_duty_levels(data)


def level_of_row(row: Switch) -> DutyLevel:
    """The level of a switch as it read when it was proposed."""
    return load(DutyLevel, row.content)


def level_of(area: AreaId, at_s: float) -> LevelAnswer:
    """The level that holds in an area at a moment, why, and which ones gave way."""
    rows = Switch.objects.filter(decided_s__lte=at_s).exclude(ended_s__lte=at_s)
    live = rows.filter(state__in=[SwitchState.IN_FORCE.value, SwitchState.ENDED.value])
    switches = [level_switch(row) for row in live]
    return level_at(area, switches, levels_in_force(at_s).everyday)


def effects_of(
    area: AreaId, level: DutyLevel, now_s: float, until_s: float | None = None
) -> Effects:
    """What a level for an area would change from now until `until_s` (None: an open end)."""
    rows = Switch.objects.filter(state=SwitchState.IN_FORCE.value)
    now = [level_switch(row) for row in rows]
    then = [one for one in now if one.area != area]
    proposed = LevelSwitch("proposed", area, level)
    everyday = levels_in_force(now_s).everyday
    before, after = level_at(area, now, everyday), level_at(area, [*then, proposed], everyday)
    whole = area_contains(area, places.location_index().whole_area)
    return Effects(
        before,
        after,
        places.standard_in_force(now_s, area).version,
        _standard_under(after.level, now_s),
        _timers(before.level, after.level),
        posts_now(area, after.level),
        tuple(leaves_to_recall(area, level, now_s, until_s)),
        not whole,
    )


def posts_now(area: AreaId, level: DutyLevel) -> tuple[PostNow, ...]:
    """The posts of an area with their units on duty and the minimum of a level."""
    on_duty = on_duty_by_post()
    return tuple(
        PostNow(
            row.pk,
            row.name_zh,
            row.name_en,
            on_duty.get(row.pk, 0),
            level.minimum_at(PostId(row.pk)),
        )
        for row in places.posts()
        if area_contains(area, AreaId(row.area))
    )


def leaves_to_recall(
    area: AreaId, level: DutyLevel, now_s: float, until_s: float | None
) -> list[str]:
    """Ids of leaves in the area that a level would cut short or cancel, sorted.

    All with a moment in [now_s, until_s); until_s None: however far ahead.
    """
    return sorted(leaves_touching(area, level.recalls, now_s, until_s))


def level_against_leave(
    area: AreaId, kind: LeaveKind, from_s: float, to_s: float
) -> tuple[DutyLevel, float | None] | None:
    """A level in force around an area that calls people back from such leave, and its end.

    Of several the one that ends last; None where none has a moment of [from_s, to_s).
    """
    found = [
        (level, row.until_s)
        for row in switches_in_force()
        if area_contains(AreaId(row.area), area) and (row.until_s is None or from_s < row.until_s)
        for level in (level_of_row(row),)
        if kind in level.recalls and (row.decided_s is None or to_s > row.decided_s)
    ]
    return max(found, key=lambda one: math.inf if one[1] is None else one[1], default=None)


@dataclass(frozen=True, slots=True)
class HeldLevel:
    """A level as it held within a period: from `start_s` until `end_s`, cut to the period."""

    area: AreaId
    level: DutyLevel
    standard: ResponseStandard | None
    start_s: float
    end_s: float


def levels_held(areas: Sequence[AreaId], start_s: float, end_s: float) -> list[HeldLevel]:
    """The levels that held at any time of [start_s, end_s) in the areas or around them, in order.

    With the standard that each brought; None where it left the place's.
    """
    rows = held_between(areas, start_s, end_s).order_by("decided_s", "pk")[:SHOWN]
    found = []
    for row in rows:
        level, since_s = level_of_row(row), start_s if row.decided_s is None else row.decided_s
        until_s = end_s if row.ended_s is None else row.ended_s
        found.append(
            HeldLevel(
                AreaId(row.area),
                level,
                standard_of_level(level, since_s),
                max(start_s, since_s),
                min(end_s, until_s),
            )
        )
    return found


def switches_seen(viewer: Viewer, most: int = SHOWN) -> list[Switch]:
    """Switches in the viewer's areas, newest first."""
    rows = Switch.objects.filter(within_right(viewer, Permission.DUTY_VIEW))
    return list(rows.order_by("-proposed_s")[:most])


def switches_in_force() -> list[Switch]:
    """The switches in force, of all areas."""
    return list(Switch.objects.filter(state=SwitchState.IN_FORCE.value).order_by("area", "pk"))


def announced(viewer: Viewer, in_force: Sequence[Switch] | None = None) -> list[Switch]:
    """Levels in force that the viewer is to know of: in, or around, an area of theirs.

    Args:
        in_force: the switches in force, where they are known already.
    """
    rows = switches_in_force() if in_force is None else in_force
    return [row for row in rows if _in_or_around(viewer, row)]


def level_switch(row: Switch) -> LevelSwitch:
    """A switch as the rules about levels read it."""
    return LevelSwitch(row.pk, AreaId(row.area), level_of_row(row))


def standards_to_choose(at_s: float) -> dict[str, ResponseStandard]:
    """The response standards that a level can ask for, by code: the place's own before shipped."""
    return {one.code: one for one in SHIPPED_STANDARDS} | places.standards_set(at_s)


def standard_of_level(level: DutyLevel, at_s: float) -> ResponseStandard | None:
    """The response standard that a level brings when it is put in force; None leaves it as it is.

    What the place has set under the level's code counts before what is shipped under it.
    """
    return None if level.standard is None else standards_to_choose(at_s).get(level.standard)


def _standard_under(level: DutyLevel, now_s: float) -> str:
    standard = standard_of_level(level, now_s)
    return (places.standard_configured(now_s) if standard is None else standard).version


def _timers(before: DutyLevel, after: DutyLevel) -> tuple[tuple[str, float, float], ...]:
    found = []
    for timer in Timer:
        rule = SHIPPED_TIMERS.rule_for(timer, Priority.URGENT)
        if rule is not None:
            first, second = (rule.alarm_s * one.timers_percent / 100 for one in (before, after))
            found.append((timer.value, first, second))
    return tuple(found)


def switch_to_see(viewer: Viewer, switch: str) -> Switch:
    """A switch in an area of the viewer, or one that holds, or held, around it.

    Raises:
        UnknownDutyError: there is none for this viewer.
    """
    row = Switch.objects.filter(pk=switch).first()
    if row is None or not _may_see(viewer, row):
        raise UnknownDutyError
    return row


def _may_see(viewer: Viewer, row: Switch) -> bool:
    if viewer.may(Permission.DUTY_VIEW, AreaId(row.area)):
        return True
    # What is only proposed for a wider area is not announced yet.
    announced_to_all = row.state in (SwitchState.IN_FORCE.value, SwitchState.ENDED.value)
    return announced_to_all and _in_or_around(viewer, row)


def _in_or_around(viewer: Viewer, row: Switch) -> bool:
    area = AreaId(row.area)
    return any(
        area_contains(own, area) or area_contains(area, own)
        for own in viewer.areas_with(Permission.DUTY_VIEW)
    )
