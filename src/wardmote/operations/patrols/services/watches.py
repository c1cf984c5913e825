"""Watches as they happen: begun, finished, missed."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import RosterState, WatchAction
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.patrols.errors import NotPossibleError, TooEarlyError
from wardmote.operations.patrols.models import Watch
from wardmote.operations.patrols.recording import move_watch
from wardmote.operations.patrols.rights import own_teams, watch_locked

EARLY_S = 3_600.0
"""A watch may be begun so long before its time (>= begins - EARLY_S)."""


def begin_watch(viewer: Viewer, watch_id: str, *, now_s: float) -> None:
    """Begin a watch of the own team, from an hour before it until it should end.

    Raises:
        RefusedError: no such watch, not published, not the time, or begun already.
        AccessDeniedError: it is another team's.
    """
    with transaction.atomic():
        watch = _own_watch(viewer, watch_id)
        if not watch.begins_s - EARLY_S <= now_s < watch.ends_s:
            raise TooEarlyError
        move_watch(watch, WatchAction.BEGIN, actor=viewer.staff_id, now_s=now_s)


def finish_watch(viewer: Viewer, watch_id: str, *, now_s: float) -> None:
    """Finish a watch of the own team.

    Raises:
        RefusedError: no such watch, or it is not under way.
        AccessDeniedError: it is another team's.
    """
    with transaction.atomic():
        watch = _own_watch(viewer, watch_id)
        move_watch(watch, WatchAction.FINISH, actor=viewer.staff_id, now_s=now_s)


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
        _require_published(watch)
        if now_s < watch.begins_s:
            raise TooEarlyError
        move_watch(watch, WatchAction.MISS, actor=viewer.staff_id, now_s=now_s)


def _own_watch(viewer: Viewer, watch_id: str) -> Watch:
    watch = watch_locked(watch_id)
    if watch.team_id not in own_teams(viewer):
        raise AccessDeniedError
    _require_published(watch)
    return watch


def _require_published(watch: Watch) -> None:
    if watch.roster.state != RosterState.PUBLISHED.value:
        raise NotPossibleError
