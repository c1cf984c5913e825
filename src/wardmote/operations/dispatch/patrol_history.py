"""Patrols that run now, for commanders, and what became of those that are over, for reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.measures.patrols import PatrolRecord
from wardmote.core.policies.patrol import Patrol, load_patrol
from wardmote.operations.access.selectors import within
from wardmote.operations.dispatch.models import PatrolPlan
from wardmote.operations.dispatch.models import PatrolRecord as PatrolRecordRow
from wardmote.operations.dispatch.services.patrol_records import RECORDS_KEPT_S

MOST_RECORDS = 50_000
MOST_RUNNING = 500


@dataclass(frozen=True, slots=True)
class RunningPatrol:
    """A patrol that is not over."""

    unit: UnitId
    call_sign: str
    made_s: float
    until_s: float
    patrol: Patrol


def patrols_running(
    viewer: Viewer, now_s: float, units: Sequence[UnitId] | None = None
) -> list[RunningPatrol]:
    """Patrols that run now, of units that one commands, by call sign.

    Args:
        units: only these; all where None.
    """
    areas = viewer.areas_with(Permission.UNIT_COMMAND)
    rows = PatrolPlan.objects.filter(
        within(areas, "unit__area"), until_s__gt=now_s, unit__on_duty=True
    ).select_related("unit")
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    return [
        RunningPatrol(
            UnitId(row.unit_id), row.unit.call_sign, row.made_s, row.until_s, load_patrol(row.plan)
        )
        for row in rows.order_by("unit__call_sign", "made_s")[:MOST_RUNNING]
    ]


def patrol_records(viewer: Viewer) -> list[PatrolRecord]:
    """What became of patrols in the areas whose reports one may view, the newest first.

    At most `MOST_RECORDS`; `known_since` tells how far back they go.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    rows = PatrolRecordRow.objects.filter(within(areas, "unit__area")).order_by("-made_s")
    fields = (
        "unit_id", "made_s", "until_s", "length_m", "way_share", "planned", "visited", "cut_short",
    )  # fmt: skip
    return [
        PatrolRecord(
            UnitId(unit), made_s, until_s, length_m, way_share, tuple(planned), tuple(seen), cut
        )
        for unit, made_s, until_s, length_m, way_share, planned, seen, cut in rows.values_list(
            *fields
        )[:MOST_RECORDS]
    ]


def known_since(records: Sequence[PatrolRecord], now_s: float) -> float:
    """Since when these records, as `patrol_records` gives them, lack no patrol, seconds UTC."""
    kept_s = now_s - RECORDS_KEPT_S
    return max(kept_s, records[-1].made_s) if len(records) >= MOST_RECORDS else kept_s
