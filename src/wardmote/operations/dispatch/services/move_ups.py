"""Advice to idle units: kept when the rule gives it, answered by crews and dispatchers, ended."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.move_up import (
    LIVING_MOVE_UPS,
    MOVE_UP_LIFE_CYCLE,
    MoveUpAction,
    MoveUpEnd,
    MoveUpState,
)
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.permissions import Viewer
from wardmote.core.policies.relocation_moves import MoveUp as Advice
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import (
    MoveUpTransitionError,
    RefusalReasonNeededError,
    UnknownMoveUpError,
)
from wardmote.operations.dispatch.models import ACTIVE, Assignment, MoveUp
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.selectors import UnitRow

RELOCATION_ACTOR = "rule:relocation"
LIVING = sorted(state.value for state in LIVING_MOVE_UPS)
_BY_CREW = frozenset({MoveUpAction.ACKNOWLEDGE, MoveUpAction.REFUSE, MoveUpAction.ARRIVE})
_BY_COMMAND = _BY_CREW | {MoveUpAction.LAPSE, MoveUpAction.END}
_REACHED = {
    MoveUpAction.ACKNOWLEDGE: {MoveUpState.ACKNOWLEDGED, MoveUpState.ARRIVED},
    MoveUpAction.ARRIVE: {MoveUpState.ARRIVED},
    MoveUpAction.REFUSE: {MoveUpState.REFUSED},
    MoveUpAction.LAPSE: {MoveUpState.LAPSED},
    MoveUpAction.END: {MoveUpState.ENDED},
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the advice stands now; `changed` is false when the message was old news."""

    move_up: str
    state: MoveUpState
    changed: bool


def keep_move_up(advice: Advice, *, now_s: float) -> str | None:
    """Keep advice to a unit; None when the unit is no longer free for it.

    A unit that stands at another post by earlier advice leaves it by the new one.
    """
    with transaction.atomic():
        unit = unit_selectors.lock(advice.unit)
        busy = Assignment.objects.filter(unit=unit, state__in=ACTIVE).exists()
        if busy or not (unit.on_duty and unit.available):
            return None
        living = MoveUp.objects.select_for_update().filter(unit=unit, state__in=LIVING).first()
        if living is not None and living.state != MoveUpState.ARRIVED.value:
            return None
        if living is not None:
            _move(living, unit, MoveUpAction.END, MoveUpEnd.MOVED_AGAIN, RELOCATION_ACTOR, now_s)
        row = MoveUp.objects.create(
            id=new_id(now_s),
            unit=unit,
            home=advice.home or "",
            post=advice.post,
            state=MOVE_UP_LIFE_CYCLE.initial.value,
            since_s=now_s,
            advised_s=now_s,
            gain_share=advice.gain_share,
            drive_s=advice.drive_s,
            reason=advice.reason.code,
            rule_version=advice.rule_version,
        )
        payload = MoveUpAdvised(
            move_up=row.pk,
            unit=advice.unit,
            home=advice.home,
            post=PostId(row.post),
            gain_share=advice.gain_share,
            drive_s=advice.drive_s,
            reason=row.reason,
            rule_version=row.rule_version,
        )
        record([payload], actor=RELOCATION_ACTOR, area=AreaId(unit.area), now_s=now_s)
        return str(row.pk)


def act_on_move_up(
    viewer: Viewer, move_up: str, action: MoveUpAction, *, now_s: float, reason: str = ""
) -> Moved:
    """Answer advice: the unit's crew, or who commands it; old news changes nothing.

    Args:
        reason: reason code, needed to refuse.

    Raises:
        UnknownMoveUpError: there is no such advice.
        AccessDeniedError: neither crew of the unit nor in command of it.
        MoveUpTransitionError: the action is not possible now.
        RefusalReasonNeededError: a refusal without a reason of the list.
    """
    with transaction.atomic():
        row, unit = _locked(move_up)
        may = unit_selectors.may_command(viewer, unit) and action in _BY_COMMAND
        if not may and not (unit_selectors.may_crew(viewer, unit) and action in _BY_CREW):
            raise AccessDeniedError
        if MoveUpState(row.state) in _REACHED[action]:
            return Moved(row.pk, MoveUpState(row.state), changed=False)
        if action is MoveUpAction.REFUSE and not is_code(CodeList.REFUSE, reason):
            raise RefusalReasonNeededError
        if action in (MoveUpAction.LAPSE, MoveUpAction.END):
            reason = MoveUpEnd.WITHDRAWN.value
        elif action is not MoveUpAction.REFUSE:
            reason = ""
        _move(row, unit, action, reason, viewer.staff_id, now_s)
        return Moved(row.pk, MoveUpState(row.state), changed=True)


def arrive_by_rule(move_up: str, *, now_s: float) -> bool:
    """The unit is seen at the post; returns whether that was news."""
    return _by_rule(move_up, MoveUpAction.ARRIVE, "", now_s)


def end_move_up_by_rule(move_up: str, why: MoveUpEnd, *, now_s: float) -> bool:
    """Let advice lapse, or end the unit's stay at the post; returns whether it was not over."""
    return _by_rule(move_up, None, why.value, now_s)


def _by_rule(move_up: str, action: MoveUpAction | None, reason: str, now_s: float) -> bool:
    with transaction.atomic():
        row, unit = _locked(move_up)
        state = MoveUpState(row.state)
        if state not in LIVING_MOVE_UPS or (action is not None and state in _REACHED[action]):
            return False
        if action is None:
            stands = state is MoveUpState.ARRIVED
            action = MoveUpAction.END if stands else MoveUpAction.LAPSE
        _move(row, unit, action, reason, RELOCATION_ACTOR, now_s)
        return True


def _locked(move_up: str) -> tuple[MoveUp, UnitRow]:
    known = MoveUp.objects.filter(pk=move_up).first()
    if known is None:
        raise UnknownMoveUpError
    unit = unit_selectors.lock(UnitId(known.unit_id))
    return MoveUp.objects.select_for_update().get(pk=move_up), unit


def _move(
    row: MoveUp, unit: UnitRow, action: MoveUpAction, reason: str, actor: str, now_s: float
) -> None:
    before = MoveUpState(row.state)
    try:
        after = MOVE_UP_LIFE_CYCLE.next_state(before, action)
    except TransitionRefusedError as error:
        raise MoveUpTransitionError(state=before.value) from error
    row.state = after.value
    row.since_s = now_s
    if action in (MoveUpAction.ACKNOWLEDGE, MoveUpAction.REFUSE):
        row.answered_s, row.answered_by = now_s, actor
    if action is MoveUpAction.ARRIVE:
        row.arrived_s = now_s
    if after in MOVE_UP_LIFE_CYCLE.final:
        row.over_s, row.answer_reason = now_s, reason[:40]
    row.save()
    payload = MoveUpMoved(row.pk, UnitId(unit.pk), action, after, reason[:40])
    record([payload], actor=actor, area=AreaId(unit.area), now_s=now_s)
