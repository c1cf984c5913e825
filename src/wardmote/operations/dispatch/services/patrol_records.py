"""Patrols that are over: what became of them is kept, then the plan itself is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from wardmote.core.policies.patrol import load_patrol
from wardmote.core.policies.patrol_adherence import adherence
from wardmote.operations.dispatch.models import Assignment, PatrolPlan, PatrolRecord
from wardmote.operations.dispatch.services.patrols import KEPT_S

Trace = Sequence[tuple[float, float, float]]
"""(fix_s, lon, lat) in order of time."""
AT_ONCE = 500
"""So many patrols are looked at in one go; the others wait for the next."""


def settle_patrols(trace_of: Callable[[str, float, float], Trace], *, now_s: float) -> int:
    """Keep what became of patrols that are over, and forget plans after a week; how many are kept.

    Traces last a day, so this is done at least daily while the server runs; where a trace is gone
    the record says that nothing is known of the way.

    Args:
        trace_of: positions of a unit between two moments.
    """
    over = PatrolPlan.objects.filter(until_s__lte=now_s).order_by("made_s")
    known = PatrolRecord.objects.values("pk")
    rows = list(over.exclude(pk__in=known)[:AT_ONCE])
    for row in rows:
        _settle(row, trace_of(row.unit_id, row.made_s, row.until_s))
    PatrolPlan.objects.filter(
        pk__in=PatrolRecord.objects.values("pk"), made_s__lt=now_s - KEPT_S
    ).delete()
    return len(rows)


def _settle(row: PatrolPlan, trace: Trace) -> None:
    patrol = load_patrol(row.plan)
    driven = adherence(patrol, trace)
    planned = [stop.key_place for stop in patrol.stops if stop.key_place]
    called = Assignment.objects.filter(
        unit_id=row.unit_id, created_s__gte=row.made_s, created_s__lt=row.until_s
    )
    replaced = row.until_s < row.made_s + patrol.lasts_s
    with transaction.atomic():
        PatrolRecord.objects.get_or_create(
            pk=row.pk,
            defaults={
                "unit_id": row.unit_id,
                "made_s": row.made_s,
                "until_s": row.until_s,
                "length_m": patrol.length_m,
                "way_share": driven.way_share if trace else None,
                "planned": planned,
                "visited": list(driven.visited),
                "cut_short": replaced or called.exists(),
            },
        )
