"""Looks at where somebody on patrol is or was, and the end of these positions."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.patrol_walked import Fix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import PatrolState, TrackPurpose
from wardmote.core.domain.patrol_events import PatrolPositionsErased
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import Looked, record_look
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.models import PatrolOrder, PatrolPositions
from wardmote.operations.patrols.order_recording import RULE
from wardmote.operations.patrols.order_rights import may_lead, order_to_see
from wardmote.operations.patrols.sealed import fixes_of

KEEP_POSITIONS_S = 72 * 3_600.0
"""Positions are deleted so long after a patrol was finished (>=)."""
LOOKED_AT = "patrol_positions"
ERASED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Track:
    """Where a patrol is or was; `until_s` is when these positions are deleted."""

    fixes: tuple[Fix, ...]
    under_way: bool
    until_s: float | None


def look_at_track(viewer: Viewer, order_id: str, purpose: TrackPurpose, *, now_s: float) -> Track:
    """The positions of a patrol, for the leader of its area; the look is written down.

    Whoever walked it sees the own positions without that.

    Raises:
        UnknownPatrolError, AccessDeniedError: the viewer is neither.
    """
    with transaction.atomic():
        order = order_to_see(viewer, order_id)
        if not order.walker or order.walker != viewer.staff_id:
            may_lead(viewer, AreaId(order.area))
            looked = Looked(LOOKED_AT, order.walker or order.pk, AreaId(order.area))
            record_look(
                viewer, Permission.PATROL_PLAN, looked, purpose.value, ("positions",), now_s
            )
        until_s = None if order.finished_s is None else order.finished_s + KEEP_POSITIONS_S
        return Track(fixes_of(order), order.state == PatrolState.UNDER_WAY.value, until_s)


def erase_positions(now_s: float) -> bool:
    """Delete positions whose term is over; returns whether there may be more."""
    with transaction.atomic():
        rows = list(
            PatrolOrder.objects.select_for_update()
            .filter(
                state=PatrolState.FINISHED.value,
                finished_s__lte=now_s - KEEP_POSITIONS_S,
                erased_s=None,
            )
            .order_by("finished_s")[:ERASED_AT_ONCE]
        )
        for order in rows:
            deleted, _each = PatrolPositions.objects.filter(order=order).delete()
            order.erased_s = now_s
            order.save(update_fields=["erased_s"])
            if deleted:
                event = PatrolPositionsErased(order.pk)
                record([event], actor=RULE, area=AreaId(order.area), now_s=now_s)
    return len(rows) == ERASED_AT_ONCE
