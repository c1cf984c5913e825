"""Patrols that are over: what became of them is kept, then the plan itself is forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import transaction

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.policies.patrol import load_patrol
from wardmote.core.policies.patrol_adherence import adherence
from wardmote.operations.dispatch.models import Assignment, PatrolPlan, PatrolRecord
from wardmote.operations.dispatch.services.patrols import KEPT_S

Trace = Sequence[tuple[float, float, float]]
"""(fix_s, lon, lat) in order of time."""
TracesOf = Callable[[Sequence[tuple[str, float, float]]], Sequence[Trace]]
"""The trace for each (unit, from_s, to_s)."""
AT_ONCE = 500
"""So many patrols are looked at in one go; the others wait for the next."""
RECORDS_KEPT_S = 366 * 86_400.0
"""What became of a patrol is forgotten so long after it began (<)."""

logger = logging.getLogger(__name__)


def settle_patrols(traces_of: TracesOf, *, now_s: float) -> int:
    """Keep what became of patrols that are over, and forget plans after a week; how many are kept.

    What became of patrols is itself forgotten after `RECORDS_KEPT_S`.

    Traces last a day, so this is done at least daily while the server runs; where a trace is gone
    the record says that nothing is known of the way. A plan that cannot be read is passed over, and
    forgotten after a week like the others.

    Args:
        traces_of: positions of units between two moments each; asked once.
    """
    over = PatrolPlan.objects.filter(until_s__lte=now_s).order_by("made_s")
    known = PatrolRecord.objects.values("pk")
    rows = list(over.exclude(pk__in=known)[:AT_ONCE])
    traces = traces_of([(row.unit_id, row.made_s, row.until_s) for row in rows])
    unread = []
    for row, trace in zip(rows, traces, strict=True):
        try:
            _settle(row, trace)
        except (InvalidDataError, IndexError):
            logger.exception("What became of patrol %s cannot be told", row.pk)
            unread.append(row.pk)
    PatrolPlan.objects.filter(pk__in=unread, made_s__lt=now_s - KEPT_S).delete()
    PatrolPlan.objects.filter(
        pk__in=PatrolRecord.objects.values("pk"), made_s__lt=now_s - KEPT_S
    ).delete()
    PatrolRecord.objects.filter(made_s__lt=now_s - RECORDS_KEPT_S).delete()
    return len(rows) - len(unread)


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
