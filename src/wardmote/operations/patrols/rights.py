"""Who may do what with night watches. What is not listed is denied.

Rosters and teams are seen by right in their area and planned by right in their area. A roster that
is not published yet is seen by who plans it and by its teams alone. Who may take
watches reaches the own teams: their watches once a roster is published, and swaps of these.
"""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import RosterState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.patrols.errors import UnknownWatchError
from wardmote.operations.patrols.models import RosterTeam, Watch, WatchRoster, WatchTeam


def own_teams(viewer: Viewer) -> tuple[str, ...]:
    """Ids of the active teams that the viewer is a member of, sorted."""
    if not viewer.staff_id or not viewer.holds_anywhere(Permission.WATCH_TAKE):
        return ()
    rows = WatchTeam.objects.filter(active=True, stays__person=viewer.staff_id, stays__to_s=None)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def roster_to_see(viewer: Viewer, roster_id: str) -> WatchRoster:
    """A roster, to read.

    Raises:
        UnknownWatchError: there is none, or it is a draft of others.
        AccessDeniedError: the viewer may not see rosters of its area.
    """
    row = WatchRoster.objects.filter(pk=roster_id).first()
    if row is None:
        raise UnknownWatchError
    if not viewer.may(Permission.PATROL_VIEW, AreaId(row.area)):
        raise AccessDeniedError
    if (
        row.state == RosterState.DRAFT.value
        and not viewer.may(Permission.PATROL_PLAN, AreaId(row.area))
        and not teams_in(viewer, row)
    ):
        raise UnknownWatchError
    return row


def teams_in(viewer: Viewer, roster: WatchRoster) -> frozenset[str]:
    """Those of a roster's teams that the viewer is a member of."""
    rows = RosterTeam.objects.filter(roster=roster, team__in=own_teams(viewer))
    return frozenset(rows.values_list("team_id", flat=True))


def roster_to_plan(viewer: Viewer, roster_id: str) -> WatchRoster:
    """A roster, locked until the transaction ends; what belongs to it is changed under this lock.

    Raises:
        UnknownWatchError: there is none.
        AccessDeniedError: the viewer may not plan in its area.
    """
    row = roster_locked(roster_id)
    if not viewer.may(Permission.PATROL_PLAN, AreaId(row.area)):
        raise AccessDeniedError
    return row


def roster_locked(roster_id: str) -> WatchRoster:
    """A roster, locked until the transaction ends.

    Raises:
        UnknownWatchError: there is none.
    """
    row = WatchRoster.objects.select_for_update().filter(pk=roster_id).first()
    if row is None:
        raise UnknownWatchError
    return row


def watch_locked(watch_id: str) -> Watch:
    """A watch with its roster, both locked: first the roster, always.

    Raises:
        UnknownWatchError: there is none.
    """
    found = Watch.objects.filter(pk=watch_id).values_list("roster_id", flat=True).first()
    if found is None:
        raise UnknownWatchError
    roster = roster_locked(found)
    watch = Watch.objects.select_for_update().filter(pk=watch_id).first()
    if watch is None:
        raise UnknownWatchError
    watch.roster = roster
    return watch
