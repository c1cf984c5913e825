"""Advice to idle units of a time, for figures of how it was followed."""

from __future__ import annotations

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.move_up import MoveUpState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.measures.move_ups import MoveUpRecord
from wardmote.operations.access.selectors import within
from wardmote.operations.dispatch.models import MoveUp

MOST_RECORDS = 20_000


def move_ups_between(viewer: Viewer, from_s: float, to_s: float) -> list[MoveUpRecord]:
    """Advice given from (>=) until before (<) a moment in the areas whose reports one may view."""
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    rows = MoveUp.objects.filter(
        within(areas, "unit__area"), advised_s__gte=from_s, advised_s__lt=to_s
    ).order_by("-advised_s")[:MOST_RECORDS]
    return [
        MoveUpRecord(
            UnitId(row.unit_id),
            PostId(row.post),
            MoveUpState(row.state),
            row.advised_s,
            row.answered_s,
            row.arrived_s,
            row.drive_s,
            row.gain_share,
            row.answer_reason,
        )
        for row in rows
    ]
