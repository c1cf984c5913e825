"""Closing roads, and opening them again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import ClosureSet
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places.errors import UnknownClosureError, UnknownEdgesError
from wardmote.operations.places.models import Closure

MAX_CLOSED_EDGES = 2_000


def close_road(
    viewer: Viewer,
    area: AreaId,
    edges: Sequence[int],
    *,
    reason: str,
    now_s: float,
    edge_count: int,
) -> str:
    """Close whole edges of the road graph to through traffic; returns the closure's id.

    `edge_count` is the number of edges of the graph that the numbers belong to.

    Raises:
        AccessDeniedError: the viewer may not close roads in `area`.
        UnknownEdgesError: no edges, too many, or unknown ones.
    """
    _may_close(viewer, area)
    chosen = sorted(set(edges))
    if not 0 < len(chosen) <= MAX_CLOSED_EDGES or chosen[0] < 0 or chosen[-1] >= edge_count:
        raise UnknownEdgesError
    closure = new_id(now_s)
    with transaction.atomic():
        Closure.objects.create(
            id=closure,
            area=area,
            edges=chosen,
            reason=reason[:200],
            set_s=now_s,
            set_by=viewer.staff_id,
        )
        record(
            [ClosureSet(closure, tuple(chosen), closed=True)],
            actor=viewer.staff_id,
            area=area,
            now_s=now_s,
        )
    return closure


def open_road(viewer: Viewer, closure: str, *, now_s: float) -> None:
    """Lift a closure.

    Raises:
        UnknownClosureError: there is none, or it was lifted already.
        AccessDeniedError: the viewer may not.
    """
    with transaction.atomic():
        row = Closure.objects.select_for_update().filter(pk=closure, closed=True).first()
        if row is None:
            raise UnknownClosureError
        _may_close(viewer, AreaId(row.area))
        row.closed = False
        row.opened_s = now_s
        row.save(update_fields=["closed", "opened_s"])
        record(
            [ClosureSet(closure, tuple(row.edges), closed=False)],
            actor=viewer.staff_id,
            area=AreaId(row.area),
            now_s=now_s,
        )


def _may_close(viewer: Viewer, area: AreaId) -> None:
    if not (
        viewer.may(Permission.INCIDENT_DISPATCH, area)
        or viewer.may(Permission.CONFIGURATION_EDIT, area)
    ):
        raise AccessDeniedError
