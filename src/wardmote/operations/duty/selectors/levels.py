"""Reading levels: which one holds where, and what a switch would change."""

from __future__ import annotations

import hashlib
import json
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
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import dump, load
from wardmote.core.domain.standards import SHIPPED_STANDARDS
from wardmote.core.policies.timers import SHIPPED_TIMERS, Timer
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import Switch
from wardmote.operations.duty.recording import within
from wardmote.operations.people.selectors import leaves_running
from wardmote.operations.places import selectors as places
from wardmote.operations.units.selectors import all_units

SHOWN = 100


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
        standard_before, standard_after: versions of the response standard, which is one for the
            whole place: a level for a part of it leaves it.
        timers: (timer, seconds to the alarm before, after) of urgent calls.
        posts: with the minimum of the level that would hold.
        recalled: ids of leaves that would be cut short.
    """

    before: LevelAnswer
    after: LevelAnswer
    standard_before: str
    standard_after: str
    timers: tuple[tuple[str, float, float], ...]
    posts: tuple[PostNow, ...]
    recalled: tuple[str, ...]

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
    switches = [_switch(row) for row in live]
    return level_at(area, switches, levels_in_force(at_s).everyday)


def effects_of(area: AreaId, level: DutyLevel, now_s: float) -> Effects:
    """What a level for an area would change now."""
    rows = Switch.objects.filter(state=SwitchState.IN_FORCE.value)
    now = [_switch(row) for row in rows]
    then = [one for one in now if one.area != area]
    proposed = LevelSwitch("proposed", area, level)
    everyday = levels_in_force(now_s).everyday
    before, after = level_at(area, now, everyday), level_at(area, [*then, proposed], everyday)
    standard = places.standard_in_force(now_s).version
    whole = area_contains(area, places.location_index().whole_area)
    return Effects(
        before,
        after,
        standard,
        _standard_under(after.level, now_s) if whole else standard,
        _timers(before.level, after.level),
        posts_now(area, after.level),
        tuple(leaves_to_recall(area, level, now_s)),
    )


def posts_now(area: AreaId, level: DutyLevel) -> tuple[PostNow, ...]:
    """The posts of an area with their units on duty and the minimum of a level."""
    on_duty: dict[str, int] = {}
    for unit in all_units():
        if unit.on_duty:
            on_duty[unit.post] = on_duty.get(unit.post, 0) + 1
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


def leaves_to_recall(area: AreaId, level: DutyLevel, now_s: float) -> list[str]:
    """Ids of leaves in the area that a level would cut short, sorted."""
    return sorted(leaves_running(area, level.recalls, now_s))


def switches_seen(viewer: Viewer) -> list[Switch]:
    """Switches in the viewer's areas, newest first."""
    rows = Switch.objects.filter(within(viewer, Permission.DUTY_VIEW))
    return list(rows.order_by("-proposed_s")[:SHOWN])


def announced(viewer: Viewer) -> list[Switch]:
    """Levels in force that the viewer is to know of: in, or around, an area of theirs."""
    rows = Switch.objects.filter(state=SwitchState.IN_FORCE.value)
    own = viewer.areas_with(Permission.DUTY_VIEW)
    return [
        row
        for row in rows
        if any(
            area_contains(area, AreaId(row.area)) or area_contains(AreaId(row.area), area)
            for area in own
        )
    ]


def _switch(row: Switch) -> LevelSwitch:
    return LevelSwitch(row.pk, AreaId(row.area), level_of_row(row))


def _standard_under(level: DutyLevel, now_s: float) -> str:
    for standard in SHIPPED_STANDARDS:
        if standard.code == level.standard:
            return standard.version
    return places.standard_configured(now_s).version


def _timers(before: DutyLevel, after: DutyLevel) -> tuple[tuple[str, float, float], ...]:
    found = []
    for timer in Timer:
        rule = SHIPPED_TIMERS.rule_for(timer, Priority.URGENT)
        if rule is not None:
            first, second = (rule.alarm_s * one.timers_percent / 100 for one in (before, after))
            found.append((timer.value, first, second))
    return tuple(found)


def switch_to_see(viewer: Viewer, switch: str) -> Switch:
    """A switch. Raises UnknownDutyError: there is none for this viewer."""
    row = Switch.objects.filter(within(viewer, Permission.DUTY_VIEW), pk=switch).first()
    if row is None:
        raise UnknownDutyError
    return row
