"""Secret addresses of calendars: made, shown once, revoked."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.watch_events import WatchFeedMoved
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.errors import UnknownWatchError
from wardmote.operations.patrols.models import CalendarFeed, WatchTeam
from wardmote.operations.patrols.rights import own_teams

TOKEN_BYTES = 24


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_feed(viewer: Viewer, team_id: str | None, *, now_s: float) -> str:
    """Make an address for the own watches (`team_id` None) or a team's; returns its token.

    The former address of the same person and calendar is revoked: there is one at a time.

    Raises:
        UnknownWatchError: no such team.
        AccessDeniedError: the viewer takes no watches, or is not of the team.
    """
    if not viewer.holds_anywhere(Permission.WATCH_TAKE):
        raise AccessDeniedError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        if team_id is not None and not WatchTeam.objects.filter(pk=team_id).exists():
            raise UnknownWatchError
        if team_id is not None and team_id not in own_teams(viewer):
            raise AccessDeniedError
        for row in CalendarFeed.objects.select_for_update().filter(
            made_by=viewer.staff_id, team=team_id, revoked_s=None
        ):
            _revoke(viewer, row, now_s)
        feed = CalendarFeed.objects.create(
            id=new_id(now_s),
            sha256=digest(token),
            person=viewer.staff_id if team_id is None else "",
            team_id=team_id,
            area=viewer.areas_with(Permission.WATCH_TAKE)[0],
            made_by=viewer.staff_id,
            made_s=now_s,
        )
        _tell(viewer, feed, revoked=False, now_s=now_s)
    return token


def revoke_feed(viewer: Viewer, feed_id: str, *, now_s: float) -> None:
    """Revoke an address that the viewer made; a leader revokes any of a team in the own area.

    Raises:
        UnknownWatchError: there is none in force.
        AccessDeniedError: the viewer may not.
    """
    with transaction.atomic():
        rows = CalendarFeed.objects.select_for_update().filter(pk=feed_id, revoked_s=None)
        row = rows.first()
        if row is None:
            raise UnknownWatchError
        leads = row.team is not None and viewer.may(Permission.PATROL_PLAN, AreaId(row.team.area))
        if row.made_by != viewer.staff_id and not leads:
            raise AccessDeniedError
        _revoke(viewer, row, now_s)


def _revoke(viewer: Viewer, row: CalendarFeed, now_s: float) -> None:
    row.revoked_s = now_s
    row.save(update_fields=["revoked_s"])
    _tell(viewer, row, revoked=True, now_s=now_s)


def _tell(viewer: Viewer, row: CalendarFeed, *, revoked: bool, now_s: float) -> None:
    # Of the address, not of who revokes it: that one may have lost every right since.
    area = AreaId(row.area if row.team is None else row.team.area)
    event = WatchFeedMoved(row.pk, row.team_id or "", revoked)
    record([event], actor=viewer.staff_id, area=area, now_s=now_s)
