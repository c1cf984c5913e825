"""Setting rules: each change is a version, in force for days that are not made yet."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.task_events import TaskRuleSet
from wardmote.core.domain.task_rule import TaskRule, check_rule
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.services import record
from wardmote.operations.places.selectors import divisions
from wardmote.operations.tasks.errors import (
    RuleChangedError,
    RuleRefusedError,
    UnknownRuleError,
)
from wardmote.operations.tasks.models import TaskMaking, TaskRuleVersion
from wardmote.operations.tasks.rules import newest_rule
from wardmote.operations.tasks.services.clockwork import cancel_planned
from wardmote.operations.working_time import working_calendar

MOST_RULES = 200


def set_rule(viewer: Viewer, rule: TaskRule, *, based_on: int, now_s: float) -> int:
    """Keep a version of a rule and use it; returns its number.

    Args:
        based_on: number of the version that was changed; 0 for a new rule or a shipped one.

    Raises:
        AccessDeniedError: the viewer may not assign tasks in the rule's area, or in that of the
            version before.
        RuleRefusedError: it could not be carried out.
        RuleChangedError: somebody was faster.
    """
    try:
        check_rule(rule)
    except InvalidDataError as error:
        raise RuleRefusedError(field=error.path, why=error.code) from error
    return _keep(viewer, rule, based_on, now_s, in_use=True)


def switch_rule(viewer: Viewer, code: str, *, in_use: bool, based_on: int, now_s: float) -> int:
    """Let a rule rest, or use it again; returns the number of the new version.

    A rule that rests takes its tasks that have not opened with it, some hundred a transaction; one
    that is used again has the days that were made already made once more.

    Raises:
        UnknownRuleError: there is none.
        AccessDeniedError, RuleChangedError: as `set_rule`.
    """
    kept = newest_rule(code)
    if kept is None:
        raise UnknownRuleError
    with transaction.atomic():
        number = _keep(viewer, kept.rule, based_on, now_s, in_use=in_use)
        if in_use:
            today = working_calendar(now_s).local_day(now_s)
            TaskMaking.objects.filter(rule=code, day__gte=today).delete()
    while not in_use and cancel_planned(code, viewer.staff_id, now_s):
        pass
    return number


def _keep(viewer: Viewer, rule: TaskRule, based_on: int, now_s: float, *, in_use: bool) -> int:
    with transaction.atomic():
        newest = newest_rule(rule.code)
        areas = [rule.area] + ([] if newest is None else [newest.rule.area])
        if not all(may_rule(viewer, area) for area in areas):
            held = viewer.holds_anywhere(Permission.TASK_ASSIGN)
            raise AccessDeniedError("area" if held else "role")
        number = 0 if newest is None else newest.version
        if number != based_on:
            raise RuleChangedError
        if newest is None and _codes() >= MOST_RULES:
            raise RuleRefusedError(field="code", why="too_many")
        TaskRuleVersion.objects.create(
            code=rule.code,
            version=number + 1,
            data=dump(rule),
            in_use=in_use,
            area=rule.area,
            set_by=viewer.staff_id,
            set_s=now_s,
        )
        record(
            [TaskRuleSet(rule.code, number + 1, in_use)],
            actor=viewer.staff_id,
            area=rule.area,
            now_s=now_s,
        )
    return number + 1


def may_rule(viewer: Viewer, area: AreaId) -> bool:
    """Whether the viewer may set rules for an area; everywhere means every top division here."""
    if area != EVERYWHERE or viewer.may(Permission.TASK_ASSIGN, area):
        return viewer.may(Permission.TASK_ASSIGN, area)
    codes = {row.code for row in divisions()}
    tops = [row.code for row in divisions() if row.parent not in codes]
    return bool(tops) and all(viewer.may(Permission.TASK_ASSIGN, AreaId(top)) for top in tops)


def _codes() -> int:
    count: int = TaskRuleVersion.objects.values("code").annotate(n=Max("version")).count()
    return count
