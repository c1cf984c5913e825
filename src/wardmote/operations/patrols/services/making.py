"""Having a roster made: asked for, computed in a process of its own, stopped, laid down."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.beat.watch_rosters import span_of
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.night_watch import RosterState
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.study import RUN_LIFE_CYCLE, RunAction, RunState
from wardmote.core.domain.watch_events import WatchMakingMoved
from wardmote.core.planning.rosters.question import day_of
from wardmote.core.planning.rosters.roster import RosterDocument
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.asked import plan_of, question_asked
from wardmote.operations.patrols.errors import BadRosterError, NotPossibleError, UnknownWatchError
from wardmote.operations.patrols.models import RosterMaking, Watch
from wardmote.operations.patrols.recording import RULE
from wardmote.operations.patrols.rights import roster_locked, roster_to_plan
from wardmote.operations.patrols.services.rosters import MAX_NIGHTS

PROCESS_ENDED, SERVER_STOPPED, PROBLEM = "process_ended", "server_stopped", "problem"
_UNDER_WAY = ("queued", "running", "cancelling")


def ask_making(viewer: Viewer, roster_id: str, *, now_s: float) -> str:
    """Have a draft made, or made anew; returns the making's id.

    Watches that are in the draft stay until the answer takes their place.

    Raises:
        RefusedError: no such roster, no draft any more, being made already, or it does not fit.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        under_way = roster.makings.filter(state__in=_UNDER_WAY).exists()
        if roster.state != RosterState.DRAFT.value or under_way:
            raise NotPossibleError
        try:
            question = dump(question_asked(roster))
        except InvalidDataError as error:
            raise BadRosterError(nights=MAX_NIGHTS) from error
        making = RosterMaking.objects.create(
            id=new_id(now_s),
            roster=roster,
            question=question,
            asked_by=viewer.staff_id,
            asked_s=now_s,
        )
        _tell(making, None, actor=viewer.staff_id, now_s=now_s)
    return making.pk


def cancel_making(viewer: Viewer, roster_id: str, *, now_s: float) -> None:
    """Stop the making that waits or runs; the draft stays as it was.

    Raises:
        RefusedError: no such roster, or nothing is being made.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        making = roster.makings.filter(state__in=_UNDER_WAY).first()
        if making is None:
            raise NotPossibleError
        _move(making, RunAction.CANCEL, actor=viewer.staff_id, now_s=now_s)


def claim_next(claim: str, *, now_s: float) -> str | None:
    """Claim the making that waits longest; returns its id, None where none waits."""
    first = RosterMaking.objects.filter(state=RunState.QUEUED.value).order_by("asked_s").first()
    if first is None:
        return None
    with transaction.atomic():
        roster_locked(first.roster_id)
        making = RosterMaking.objects.get(pk=first.pk)
        if making.state != RunState.QUEUED.value:
            return None
        making.claim = claim
        _move(making, RunAction.CLAIM, actor=RULE, now_s=now_s)
    return making.pk


def tell_progress(making_id: str, claim: str, value: int | None, bound: float | None) -> bool:
    """Write the best so far; returns whether the answer is still wanted."""
    rows = RosterMaking.objects.filter(pk=making_id, claim=claim, state=RunState.RUNNING.value)
    return rows.update(value=value, bound=bound) == 1


def is_wanted(making_id: str, claim: str) -> bool:
    """Whether the answer of a process is still wanted."""
    rows = RosterMaking.objects.filter(pk=making_id, claim=claim, state=RunState.RUNNING.value)
    return rows.exists()


def finish(making_id: str, claim: str, document: RosterDocument, *, now_s: float) -> bool:
    """Keep an answer and lay its watches down in the draft; returns whether it was wanted.

    Where there is no roster at all the draft stays as it was, and the answer says why.
    """
    with transaction.atomic():
        making = _claimed(making_id, claim)
        if making is None or making.state != RunState.RUNNING.value:
            return False
        roster = making.roster
        plan = plan_of(roster)
        if document.duties:
            roster.watches.all().delete()
        watches = []
        for duty in document.duties:
            night = day_of(duty.date, "date")
            begins_s, ends_s = span_of(plan, night)
            watches.append(
                Watch(
                    id=new_id(now_s),
                    roster=roster,
                    team_id=duty.crew,
                    night=night,
                    begins_s=begins_s,
                    ends_s=ends_s,
                )
            )
        Watch.objects.bulk_create(watches)
        roster.answer, roster.by_hand = dump(document), 0
        roster.save(update_fields=["answer", "by_hand"])
        making.value, making.bound = document.value, document.bound
        _move(
            making,
            RunAction.FINISH,
            actor=RULE,
            now_s=now_s,
            status=document.status,
            watches=len(watches),
        )
    return True


def fail(making_id: str, claim: str, failure: str, *, now_s: float) -> None:
    """Note that a process ended without an answer; one that is done is left alone."""
    with transaction.atomic():
        making = _claimed(making_id, claim)
        if making is None:
            return
        if making.state == RunState.CANCELLING.value:
            _move(making, RunAction.STOP, actor=RULE, now_s=now_s)
        elif making.state == RunState.RUNNING.value:
            making.failure = failure
            _move(making, RunAction.FAIL, actor=RULE, now_s=now_s)


def give_up_lost(*, now_s: float) -> None:
    """Note as failed what the last server was computing when it ended."""
    rows = RosterMaking.objects.filter(state__in=["running", "cancelling"])
    for making in rows:
        fail(making.pk, making.claim, SERVER_STOPPED, now_s=now_s)


def _claimed(making_id: str, claim: str) -> RosterMaking | None:
    found = RosterMaking.objects.filter(pk=making_id, claim=claim).first()
    if found is None:
        return None
    try:
        roster = roster_locked(found.roster_id)
    except UnknownWatchError:
        return None
    making = RosterMaking.objects.get(pk=making_id)
    making.roster = roster
    return making


def _move(
    making: RosterMaking,
    action: RunAction,
    *,
    actor: str,
    now_s: float,
    status: str = "",
    watches: int = 0,
) -> None:
    try:
        after = RUN_LIFE_CYCLE.next_state(RunState(making.state), action)
    except TransitionRefusedError as error:
        raise NotPossibleError from error
    making.state = after.value
    if after in RUN_LIFE_CYCLE.final:
        making.ended_s = now_s
    making.save()
    _tell(making, action, actor=actor, now_s=now_s, status=status, watches=watches)


def _tell(
    making: RosterMaking,
    action: RunAction | None,
    *,
    actor: str,
    now_s: float,
    status: str = "",
    watches: int = 0,
) -> None:
    event = WatchMakingMoved(
        making.roster_id, making.pk, action, RunState(making.state), status, watches
    )
    record([event], actor=actor, area=AreaId(making.roster.area), now_s=now_s)
