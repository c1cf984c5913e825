"""The staffing in force beside the duty that was done: now, and in the last days."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staffing import HOURS_A_DAY, HOURS_A_WEEK, Staffing
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.unit_events import UnitOffDuty, UnitOnDuty, UnitStationed
from wardmote.core.measures.duty_kept import HOUR_S, DutyKept, DutySpan, duty_kept
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import duty_events_since
from wardmote.operations.local_time import local_time
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.present import planned_units

LOOK_BACK_DAYS = 7
_TYPES = ("unit.on_duty", "unit.off_duty", "unit.stationed")


@dataclass(frozen=True, slots=True)
class PostStaffed:
    """A post of the viewer's areas.

    Attributes:
        by_hour: units wanted by hour of the week; empty where all are on duty throughout.
        wanted, on_duty, units: now, and in all.
        kept: in the last days; None where nothing is promised, the staffing is too young, or the
            viewer may read no reports there.
    """

    post: PostId
    name: Bilingual
    by_hour: tuple[int, ...]
    wanted: int
    on_duty: int
    units: int
    kept: DutyKept | None


@dataclass(frozen=True, slots=True)
class StaffingSeen:
    """The staffing in force.

    Attributes:
        version: empty where none is in force: all units are to be on duty throughout.
        since_s: from when it holds.
        hours: whole hours that `kept` looks back.
    """

    version: str
    since_s: float | None
    hours: int
    posts: tuple[PostStaffed, ...]


def staffing_seen(viewer: Viewer, *, now_s: float) -> StaffingSeen:
    """The staffing in force at the posts that the viewer may see, and what came of it.

    Raises:
        AccessDeniedError: the viewer sees units nowhere.
    """
    if not viewer.areas_with(Permission.UNIT_VIEW):
        raise AccessDeniedError
    staffing = places.staffing_in_force(now_s)
    wanted = {} if staffing is None else staffing.by_hour()
    since_s = None if staffing is None else places.staffing_since(now_s)
    slot, units = hour_of_week(now_s), planned_units()
    kept, hours = _kept(staffing, since_s, now_s)
    rows = []
    for row in places.posts():
        area = AreaId(row.area)
        if not viewer.may(Permission.UNIT_VIEW, area):
            continue
        post, there = PostId(row.pk), units.get(row.pk, [])
        by_hour = wanted.get(post, ())
        rows.append(
            PostStaffed(
                post,
                Bilingual(row.name_zh, row.name_en),
                by_hour,
                by_hour[slot] if by_hour else len(there),
                sum(unit.on_duty for unit in there),
                len(there),
                kept.get(post) if viewer.may(Permission.REPORT_VIEW, area) else None,
            )
        )
    version = "" if staffing is None else staffing.version
    return StaffingSeen(version, since_s, hours, tuple(rows))


def hour_of_week(at_s: float) -> int:
    """Of a moment, local: 0 is Monday 00:00."""
    local = local_time(at_s)
    return (local.weekday() * HOURS_A_DAY + local.hour) % HOURS_A_WEEK


def _hour_begins(at_s: float) -> float:
    """When the local hour of a moment began; clocks may be half an hour or a quarter off UTC's."""
    second = math.floor(at_s)
    local = local_time(second)
    return float(second - 60 * local.minute - local.second)


def _kept(
    staffing: Staffing | None, since_s: float | None, now_s: float
) -> tuple[dict[PostId, DutyKept], int]:
    """By post, duty in the whole hours since the staffing holds, of the last days at most."""
    if staffing is None or since_s is None:
        return {}, 0
    end_s, begun_s = _hour_begins(now_s), _hour_begins(since_s)
    whole_s = begun_s if begun_s == since_s else begun_s + HOUR_S
    first_s = max(whole_s, end_s - LOOK_BACK_DAYS * HOURS_A_DAY * HOUR_S)
    hours = int((end_s - first_s) // HOUR_S)
    if hours < 1:
        return {}, 0
    found = duty_kept(staffing.by_hour(), _spans(first_s, now_s), first_s, hours, hour_of_week)
    return {one.post: one for one in found}, hours


def _spans(first_s: float, now_s: float) -> list[DutySpan]:
    """When which of the units that plans count were on duty, told backwards from how it is now."""
    on: dict[str, float | None] = {}
    post: dict[str, PostId] = {}
    for there, rows in planned_units().items():
        for row in rows:
            on[row.pk], post[row.pk] = now_s if row.on_duty else None, PostId(there)
    spans = []
    for event in reversed(duty_events_since(first_s, _TYPES)):
        payload, at_s = event.payload, event.occurred_s
        if not isinstance(payload, UnitOnDuty | UnitOffDuty | UnitStationed):
            continue
        unit, until_s = payload.unit, on.get(payload.unit)
        if unit not in post:
            continue
        if isinstance(payload, UnitOffDuty):
            on[unit] = at_s
            continue
        if until_s is not None:
            spans.append(DutySpan(post[unit], at_s, until_s))
        if isinstance(payload, UnitOnDuty):
            on[unit] = None
        else:
            # Where it belonged before is not told by the event; its duty there counts nowhere.
            on[unit], post[unit] = None, PostId("")
    spans += [
        DutySpan(post[unit], first_s, until_s)
        for unit, until_s in on.items()
        if until_s is not None and post[unit]
    ]
    return spans
