"""Who may do what with night watches. What is not listed is denied.

Rosters and teams are seen by right in their area and planned by right in their area. Who may take
watches reaches the own teams: their watches once a roster is published, and swaps of these.
"""

from __future__ import annotations

from django.db.models import Q

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.patrols.errors import UnknownWatchError
from wardmote.operations.patrols.models import Watch, WatchRoster, WatchTeam


def in_areas(viewer: Viewer, permission: Permission) -> Q:
    """A filter of rows with an `area` in which the viewer holds a permission."""
    found = Q(pk__in=[])
    for area in viewer.areas_with(permission):
        found |= Q(area__startswith=area_prefix(area))
    return found


def own_teams(viewer: Viewer) -> tuple[str, ...]:
    """Ids of the active teams that the viewer is a member of, sorted."""
    if not viewer.staff_id or not viewer.holds_anywhere(Permission.WATCH_TAKE):
        return ()
    rows = WatchTeam.objects.filter(active=True, members__person=viewer.staff_id)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def roster_to_see(viewer: Viewer, roster_id: str) -> WatchRoster:
    """A roster, to read.

    Raises:
        UnknownWatchError: there is none.
        AccessDeniedError: the viewer may not see rosters of its area.
    """
    row = WatchRoster.objects.filter(pk=roster_id).first()
    if row is None:
        raise UnknownWatchError
    if not viewer.may(Permission.PATROL_VIEW, AreaId(row.area)):
        raise AccessDeniedError
    return row


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
