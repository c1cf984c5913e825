"""Switching the level of an area: proposed with what it changes, approved by another, ended.

All that a level changes for calls is one version of area rules, made anew from the switches in
force in the transaction of the switch. So there is no half a switch, and ending one leaves exactly
what the others ask for over whatever was configured meanwhile.
"""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.duty_events import DutyLevelMoved
from wardmote.core.domain.duty_level import (
    SHIPPED_DUTY_LEVELS,
    SWITCH_LIFE_CYCLE,
    AreaRule,
    SwitchAction,
    SwitchState,
    area_rules,
    reached,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LeaveAction
from wardmote.core.domain.permissions import Permission, Role, RoleInArea, Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.operations.duty.errors import (
    BadContentError,
    BadLevelError,
    EffectsChangedError,
    NotPossibleError,
    SecondPersonError,
)
from wardmote.operations.duty.models import Switch
from wardmote.operations.duty.recording import RULE, check, locked, moved, said
from wardmote.operations.duty.selectors.levels import (
    effects_of,
    leaves_to_recall,
    level_of_row,
    levels_in_force,
    standard_of_level,
)
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.selectors import leaves_with
from wardmote.operations.people.services import move_leave
from wardmote.operations.places.errors import RulesRefusedError
from wardmote.operations.places.selectors import rules_set
from wardmote.operations.places.services import put_area_rules, set_rules

KIND = "duty_levels"
MOST_VERSIONS = 10_000


def propose_switch(
    viewer: Viewer,
    area: AreaId,
    level: str,
    digest: str,
    words: str,
    *,
    until_s: float | None = None,
    now_s: float,
) -> str:
    """Propose a level for an area, after its effects were shown; returns the id.

    Args:
        digest: of the effects until `until_s` that were shown (`Effects.digest`).

    Raises:
        AccessDeniedError: the viewer does not plan duty there.
        BadLevelError: no such level, or everyday, or it would be over already.
        EffectsChangedError: it would change something else by now.
        WordsNeededError: no reason was given.
    """
    check(viewer, Permission.DUTY_PLAN, area)
    levels = levels_in_force(now_s)
    if level not in {one.code for one in levels.levels if one.rank > 0}:
        raise BadLevelError
    if until_s is not None and until_s <= now_s:
        raise BadLevelError
    why = said(words, needed=True)
    if effects_of(area, levels.of(level), now_s, until_s).digest != digest:
        raise EffectsChangedError
    with transaction.atomic():
        row = Switch.objects.create(
            id=new_id(now_s),
            area=area,
            level=level,
            content=dump(levels.of(level)),
            digest=digest,
            words=why,
            until_s=until_s,
            proposed_by=viewer.staff_id,
            proposed_s=now_s,
        )
        _tell(row, None, viewer.staff_id, now_s)
    return row.pk


def set_levels(viewer: Viewer, levels: JsonValue, based_on: str, *, now_s: float) -> str:
    """Put another version of all levels in force; returns the version.

    What is switched to already stays as it read when it was proposed.

    Args:
        levels: the levels as data, without a version: it is counted here.
        based_on: the version that was changed.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
        NotPossibleError: somebody else changed the levels meanwhile.
        BadContentError: naming the field that does not fit.
    """
    with transaction.atomic():
        known = rules_set(KIND, MOST_VERSIONS)
        newest = known[0][0] if known else SHIPPED_DUTY_LEVELS.version
        if newest != based_on:
            raise NotPossibleError
        # The shipped ones are the first version.
        data = {"version": f"duty/{len(known) + 2}", "levels": levels}
        try:
            return set_rules(viewer, KIND, data, now_s=now_s)
        except RulesRefusedError as error:
            values = error.values
            raise BadContentError(field=values["path"], reason=values["reason"]) from error


def approve_switch(viewer: Viewer, switch: str, digest: str, *, now_s: float) -> None:
    """Put a proposed level in force, with everything that it changes, in one transaction.

    The level that was in force for exactly this area ends with it.

    Args:
        digest: of the effects that the viewer was shown.

    Raises:
        UnknownDutyError: there is no such switch.
        AccessDeniedError: the viewer may not approve as far as the level asks.
        SecondPersonError: the viewer proposed it.
        NotPossibleError: it was decided already. BadLevelError: its end has passed.
        EffectsChangedError: it would change something else by now.
    """
    with transaction.atomic():
        row = locked(Switch, switch)
        area, level = AreaId(row.area), level_of_row(row)
        check(viewer, Permission.DUTY_APPROVE, reached(level.reach, area))
        if viewer.staff_id == row.proposed_by:
            raise SecondPersonError
        after = moved(SWITCH_LIFE_CYCLE, SwitchState(row.state), SwitchAction.APPROVE)
        if row.until_s is not None and row.until_s <= now_s:
            raise BadLevelError
        if effects_of(area, level, now_s, row.until_s).digest != digest:
            raise EffectsChangedError
        same = Switch.objects.select_for_update().filter(
            area=area, state=SwitchState.IN_FORCE.value
        )
        for other in same:
            _end(other, viewer.staff_id, now_s)
        row.recalled = leaves_to_recall(area, level, now_s, row.until_s)
        _recall(area, row.recalled, now_s)
        row.state = after.value
        row.decided_by, row.decided_s = viewer.staff_id, now_s
        row.save()
        _tell(row, SwitchAction.APPROVE, viewer.staff_id, now_s)
        _apply(viewer.staff_id, now_s)


def decline_switch(viewer: Viewer, switch: str, words: str, *, now_s: float) -> None:
    """Reject a proposal, or withdraw it: whoever proposed it takes it back, others reject it.

    Raises:
        UnknownDutyError, AccessDeniedError, NotPossibleError: as for approval.
        WordsNeededError: no reason was given.
    """
    with transaction.atomic():
        row = locked(Switch, switch)
        own = viewer.staff_id == row.proposed_by
        action = SwitchAction.WITHDRAW if own else SwitchAction.REJECT
        check(viewer, Permission.DUTY_PLAN if own else Permission.DUTY_APPROVE, row.area)
        row.state = moved(SWITCH_LIFE_CYCLE, SwitchState(row.state), action).value
        row.decided_by, row.decided_s = viewer.staff_id, now_s
        row.words = said(f"{row.words} / {said(words, needed=not own)}".rstrip(" /"))
        row.save()
        _tell(row, action, viewer.staff_id, now_s)


def end_switch(viewer: Viewer, switch: str, *, now_s: float) -> None:
    """End a level: what it changed is as the others in force, and the configuration, say.

    Leave that was cut short stays so; it is asked for again.

    Raises:
        UnknownDutyError, AccessDeniedError, NotPossibleError: as for approval.
    """
    with transaction.atomic():
        row = locked(Switch, switch)
        check(viewer, Permission.DUTY_APPROVE, reached(level_of_row(row).reach, AreaId(row.area)))
        _end(row, viewer.staff_id, now_s)
        _apply(viewer.staff_id, now_s)


def end_due_switches(now_s: float) -> None:
    """End the levels whose end has come."""
    due = Switch.objects.filter(state=SwitchState.IN_FORCE.value, until_s__lte=now_s)
    for switch in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = locked(Switch, switch)
            if row.state == SwitchState.IN_FORCE.value:
                _end(row, RULE, now_s)
                _apply(RULE, now_s)


def _end(row: Switch, actor: str, now_s: float) -> None:
    row.state = moved(SWITCH_LIFE_CYCLE, SwitchState(row.state), SwitchAction.END).value
    row.ended_by, row.ended_s = actor, now_s
    row.save()
    _tell(row, SwitchAction.END, actor, now_s)


def _apply(actor: str, now_s: float) -> None:
    """Put in force what all switches in force change together."""
    rules = []
    for row in Switch.objects.filter(state=SwitchState.IN_FORCE.value):
        level = level_of_row(row)
        # As it was when the level was approved: a switch elsewhere does not change it.
        approved_s = now_s if row.decided_s is None else row.decided_s
        standard = standard_of_level(level, approved_s)
        rules.append(
            AreaRule(AreaId(row.area), level.code, level.rank, standard, level.timers_percent)
        )
    put_area_rules(area_rules(rules), actor=actor, now_s=now_s)


def _recall(area: AreaId, leaves: list[str], now_s: float) -> None:
    """Cut leaves short, or cancel them, by the rule: whoever approves need not lead the staff."""
    by_rule = Viewer(RULE, (RoleInArea(Role.STATION_CHIEF, area),))
    for leave in leaves_with(leaves):
        action = LeaveAction.RECALL if leave.from_s < now_s else LeaveAction.CANCEL
        move_leave(by_rule, leave.leave_id, action, now_s=now_s)


def _tell(row: Switch, action: SwitchAction | None, actor: str, now_s: float) -> None:
    event = DutyLevelMoved(row.pk, row.level, action, SwitchState(row.state), len(row.recalled))
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
