"""Watches as they happen: begun, finished, missed, closed by the clock."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import MoveReason, RosterState, WatchAction, WatchState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.device_clock import DEVICE
from wardmote.operations.patrols.device_clock import moment_of, noted
from wardmote.operations.patrols.errors import NotPossibleError, TooEarlyError, WatchMissedError
from wardmote.operations.patrols.models import Watch
from wardmote.operations.patrols.recording import RULE, move_watch
from wardmote.operations.patrols.rights import own_teams, watch_locked

EARLY_S = 3_600.0
"""A watch may be begun so long before its time (>= begins - EARLY_S)."""
CLOSE_AFTER_S = 4 * 3_600.0
"""A watch that nobody finished is closed so long after it should have ended (>=)."""
AT_ONCE = 100
_LIVING = (WatchState.PLANNED.value, WatchState.UNDER_WAY.value)


def begin_watch(
    viewer: Viewer,
    watch_id: str,
    *,
    now_s: float,
    device_s: float | None = None,
    although_missed: bool = False,
) -> Watch:
    """Begin a watch of the own team, from an hour before it until it should end.

    A phone without a network tells later: its own moment counts (`device_clock`), also after the
    watch. Whoever was there although somebody noted that nobody came must say so.

    Raises:
        WatchMissedError: it is on record that nobody came, and `although_missed` is not said.
        RefusedError: no such watch, not published, not the time, or begun already.
        AccessDeniedError: it is another team's.
    """
    with transaction.atomic():
        watch = _own_watch(viewer, watch_id)
        at_s, clock = moment_of(device_s, now_s, 0.0)
        if not watch.begins_s - EARLY_S <= at_s < watch.ends_s:
            raise TooEarlyError
        missed = watch.state == WatchState.MISSED.value
        if missed:
            _require_said(watch, although_missed)
        move_watch(
            watch,
            WatchAction.BEGIN,
            actor=viewer.staff_id,
            now_s=now_s,
            at=(at_s, clock),
            reason=MoveReason.ALTHOUGH_MISSED if missed else None,
        )
        return watch


def finish_watch(
    viewer: Viewer,
    watch_id: str,
    *,
    now_s: float,
    device_s: float | None = None,
    note: str = "",
) -> Watch:
    """Finish a watch of the own team, with a short note.

    One that the clock has closed is finished by a phone that was without a network: with a moment
    after its beginning and before (<) the clock would have closed it.

    Raises:
        RefusedError: no such watch, or it is not under way.
        AccessDeniedError: it is another team's.
    """
    with transaction.atomic():
        watch = _own_watch(viewer, watch_id)
        at_s, clock = moment_of(device_s, now_s, watch.begun_s or 0.0)
        closed = watch.state == WatchState.CLOSED.value
        if closed and not (clock == DEVICE and at_s < watch.ends_s + CLOSE_AFTER_S):
            raise NotPossibleError
        watch.note = noted(note)
        move_watch(
            watch,
            WatchAction.FINISH,
            actor=viewer.staff_id,
            now_s=now_s,
            at=(at_s, clock),
            reason=MoveReason.TOLD_LATE if closed else None,
        )
        return watch


def miss_watch(viewer: Viewer, watch_id: str, *, now_s: float) -> None:
    """Note that nobody came to a watch, once it should have begun (now >= begins).

    Raises:
        RefusedError: no such watch, not published, too early, or it was begun.
        AccessDeniedError: the viewer may not plan watches in its area.
    """
    with transaction.atomic():
        watch = watch_locked(watch_id)
        if not viewer.may(Permission.PATROL_PLAN, AreaId(watch.roster.area)):
            raise AccessDeniedError
        if watch.roster.state != RosterState.PUBLISHED.value:
            raise NotPossibleError
        if now_s < watch.begins_s:
            raise TooEarlyError
        move_watch(watch, WatchAction.MISS, actor=viewer.staff_id, now_s=now_s)


def close_due(now_s: float) -> bool:
    """Close watches that nobody finished; returns whether there may be more."""
    under_way = WatchState.UNDER_WAY.value
    rows = Watch.objects.filter(state=under_way, ends_s__lte=now_s - CLOSE_AFTER_S)
    due = list(rows.order_by("ends_s").values_list("pk", flat=True)[:AT_ONCE])
    for pk in due:
        with transaction.atomic():
            watch = watch_locked(pk)
            if watch.state == under_way:
                move_watch(
                    watch,
                    WatchAction.CLOSE,
                    actor=RULE,
                    now_s=now_s,
                    reason=MoveReason.NOBODY_FINISHED,
                )
    return len(due) == AT_ONCE


def _own_watch(viewer: Viewer, watch_id: str) -> Watch:
    """A watch of the own team, locked; of a closed roster too, since phones tell late."""
    watch = watch_locked(watch_id)
    if watch.team_id not in own_teams(viewer):
        raise AccessDeniedError
    if watch.roster.state == RosterState.DRAFT.value:
        raise NotPossibleError
    return watch


def _require_said(watch: Watch, although_missed: bool) -> None:
    if not although_missed:
        raise WatchMissedError
    again = Watch.objects.filter(team=watch.team_id, night=watch.night, state__in=_LIVING)
    if again.exists():
        raise NotPossibleError
