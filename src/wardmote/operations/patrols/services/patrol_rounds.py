"""What the clock does with patrols and watches: what nobody started, what nobody ended.

Orders from grades and the end of positions are rounds of their own: none waits for another.
"""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.patrol import PatrolAction, PatrolState
from wardmote.operations.patrols.models import PatrolOrder
from wardmote.operations.patrols.order_recording import RULE, move_order
from wardmote.operations.patrols.services.ordering import TASK_SOURCE
from wardmote.operations.patrols.services.watches import close_due
from wardmote.operations.tasks.services.ending import end_tasks_of

CLOSE_AFTER_S = 12 * 3_600.0
"""A patrol that nobody finished is closed so long after its time (>=): a phone may be offline."""
AT_ONCE = 100


def go_round(now_s: float) -> bool:
    """Do what is due; returns whether there may be more."""
    missed = _all(PatrolState.PLANNED, PatrolAction.MISS, now_s, now_s)
    closed = _all(PatrolState.UNDER_WAY, PatrolAction.CLOSE, now_s - CLOSE_AFTER_S, now_s)
    watched = close_due(now_s)
    return missed or closed or watched


def _all(before: PatrolState, action: PatrolAction, ended_s: float, now_s: float) -> bool:
    """Move what ended by (<=) a moment and still stands as `before`."""
    with transaction.atomic():
        rows = PatrolOrder.objects.select_for_update().filter(state=before.value, to_s__lte=ended_s)
        found = list(rows.order_by("to_s")[:AT_ONCE])
        for order in found:
            move_order(order, action, actor=RULE, now_s=now_s)
            if action is PatrolAction.CLOSE:
                end_tasks_of(TASK_SOURCE, order.pk, done_by=order.walker, now_s=now_s)
    return len(found) == AT_ONCE
