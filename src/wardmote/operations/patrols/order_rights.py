"""Who may do what with patrol orders. What is not listed is denied.

Orders and how they were walked are seen by right in their area and made by right in their area.
Who is to go reaches the own orders alone; positions are for the leader of the area, each look
written down.
"""

from __future__ import annotations

from django.db.models import Q

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import PatrolState, PatrolWho
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.patrols.models import PatrolOrder
from wardmote.operations.patrols.order_errors import UnknownPatrolError
from wardmote.operations.patrols.rights import own_teams


def own_orders(viewer: Viewer) -> Q:
    """A filter of the orders that the viewer may walk: own, of own teams, of the unit crewed."""
    found = Q(pk__in=[])
    if not viewer.staff_id:
        return found
    if _walks_alone(viewer):
        found |= Q(who_kind=PatrolWho.PERSON.value, who=viewer.staff_id)
    teams = own_teams(viewer)
    if teams:
        found |= Q(who_kind=PatrolWho.TEAM.value, who__in=teams)
    if viewer.crew_of and viewer.holds_anywhere(Permission.UNIT_CREW):
        found |= Q(who_kind=PatrolWho.UNIT.value, who__in=sorted(viewer.crew_of))
    return found


def may_walk(viewer: Viewer, order: PatrolOrder) -> bool:
    """Whether the viewer is one of those who are to go."""
    return PatrolOrder.objects.filter(own_orders(viewer), pk=order.pk).exists()


def _walks_alone(viewer: Viewer) -> bool:
    return any(viewer.holds_anywhere(one) for one in (Permission.TASK_DO, Permission.WATCH_TAKE))


def order_to_see(viewer: Viewer, order_id: str) -> PatrolOrder:
    """An order, to read: by right in its area, or as one of those who are to go.

    Raises:
        UnknownPatrolError: there is none for the viewer.
    """
    row = PatrolOrder.objects.filter(pk=order_id).first()
    if row is None:
        raise UnknownPatrolError
    if not viewer.may(Permission.PATROL_VIEW, AreaId(row.area)) and not may_walk(viewer, row):
        raise UnknownPatrolError
    return row


def order_to_lead(viewer: Viewer, order_id: str) -> PatrolOrder:
    """An order, locked, to change.

    Raises:
        UnknownPatrolError: there is none.
        AccessDeniedError: the viewer does not plan patrols in its area.
    """
    row = _locked(order_id)
    may_lead(viewer, AreaId(row.area))
    return row


def may_lead(viewer: Viewer, area: AreaId) -> None:
    """Raise AccessDeniedError unless the viewer plans patrols in the area."""
    if not viewer.may(Permission.PATROL_PLAN, area):
        held = viewer.holds_anywhere(Permission.PATROL_PLAN)
        raise AccessDeniedError("area" if held else "role")


def order_to_walk(viewer: Viewer, order_id: str) -> PatrolOrder:
    """An order, locked, for one of those who are to go, or whoever is going.

    Raises:
        UnknownPatrolError: there is none for the viewer.
    """
    row = _locked(order_id)
    going = row.state != PatrolState.PLANNED.value and row.walker == viewer.staff_id
    if not (viewer.staff_id and going) and not may_walk(viewer, row):
        raise UnknownPatrolError
    return row


def _locked(order_id: str) -> PatrolOrder:
    row = PatrolOrder.objects.select_for_update().filter(pk=order_id).first()
    if row is None:
        raise UnknownPatrolError
    return row
