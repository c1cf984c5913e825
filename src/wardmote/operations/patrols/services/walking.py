"""A patrol on the phone: started, check-points reached, positions, finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from wardmote.core.beat.hazard_repeats import distance_m
from wardmote.core.beat.patrol_walked import Fix, is_at
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import (
    AWAY_REASONS,
    OTHER,
    CheckPoint,
    PatrolAction,
    PatrolState,
    is_position,
)
from wardmote.core.domain.patrol_events import PatrolPointReached
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.device_clock import AHEAD_S, SERVER
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.device_clock import moment_of, noted
from wardmote.operations.patrols.models import PatrolOrder, PatrolReach
from wardmote.operations.patrols.order_errors import (
    BadAwayReasonError,
    NotThePatrolTimeError,
    PatrolNotPossibleError,
    PointPositionNeededError,
    TooFarFromPointError,
    TooManyPositionsError,
    UnknownPatrolError,
)
from wardmote.operations.patrols.order_recording import (
    RULE,
    keep_figures,
    move_order,
    points_of,
)
from wardmote.operations.patrols.order_rights import order_to_walk
from wardmote.operations.patrols.sealed import seal
from wardmote.operations.patrols.services.ordering import TASK_SOURCE
from wardmote.operations.tasks.services.ending import end_tasks_of

START_EARLY_S = 1_800.0
"""A patrol may be started so long before its time (>= from - START_EARLY_S)."""
MOST_AT_ONCE = 240
MOST_POSITIONS = 6_000
"""Of one patrol: twelve hours at one in eight seconds."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where somebody is at a check-point.

    Attributes:
        lon, lat: WGS-84 degrees; None without a position. Compared, and not kept with the point.
        reason: code of `AWAY_REASONS`; needed away from the point. `words`: more of it.
    """

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float = 0.0
    reason: str = ""
    words: str = ""


def start_patrol(
    viewer: Viewer, order_id: str, *, now_s: float, device_s: float | None = None
) -> PatrolOrder:
    """Start a patrol; whoever does holds it. Starting one's own again changes nothing.

    Raises:
        UnknownPatrolError: the viewer is not to go.
        NotThePatrolTimeError: too early, or its time is over.
        PatrolNotPossibleError: somebody else goes, or it was cancelled.
    """
    with transaction.atomic():
        order = order_to_walk(viewer, order_id)
        if order.state == PatrolState.UNDER_WAY.value and order.walker == viewer.staff_id:
            return order
        at_s, clock = moment_of(device_s, now_s, order.made_s)
        if order.state == PatrolState.MISSED.value and clock == SERVER:
            raise NotThePatrolTimeError
        if not order.from_s - START_EARLY_S <= at_s < order.to_s:
            raise NotThePatrolTimeError
        move_order(order, PatrolAction.START, actor=viewer.staff_id, now_s=now_s, at_s=at_s)
        return order


def reach_point(
    viewer: Viewer,
    order_id: str,
    number: int,
    here: Here,
    *,
    now_s: float,
    device_s: float | None = None,
) -> PatrolOrder:
    """A check-point was reached, by position or with a reason.

    Raises:
        UnknownPatrolError: the viewer does not walk it, or there is no such point.
        PatrolNotPossibleError: it is not under way.
        TooFarFromPointError, PointPositionNeededError, BadAwayReasonError: it does not count yet.
    """
    with transaction.atomic():
        order = _under_way(viewer, order_id)
        point = next((one for one in points_of(order) if one.number == number), None)
        if point is None:
            raise UnknownPatrolError
        at_s, clock = moment_of(device_s, now_s, order.started_s or 0.0)
        away_m, reason = _arrived(point, here)
        PatrolReach.objects.create(
            order=order,
            number=number,
            at_s=at_s,
            clock=clock,
            recorded_s=now_s,
            by=viewer.staff_id,
            away_m=away_m,
            reason=reason,
            words=here.words.replace("\0", "").strip()[:200] if reason else "",
        )
        record(
            [PatrolPointReached(order.pk, number, reason)],
            actor=viewer.staff_id, area=AreaId(order.area), now_s=now_s, occurred_s=at_s,
        )  # fmt: skip
        return order


def take_positions(viewer: Viewer, order_id: str, fixes: Sequence[Fix], *, now_s: float) -> int:
    """Keep positions of a patrol under way, from whoever walks it; returns how many.

    Those from before its start, from the future or nowhere are left out.

    Raises:
        UnknownPatrolError: the viewer does not walk it.
        PatrolNotPossibleError: it is not under way.
        TooManyPositionsError: more than a patrol takes.
    """
    if len(fixes) > MOST_AT_ONCE:
        raise TooManyPositionsError
    with transaction.atomic():
        order = _under_way(viewer, order_id)
        began_s = order.started_s or now_s
        good = [
            one
            for one in fixes
            if began_s <= one.at_s <= now_s + AHEAD_S and is_position(one.lon, one.lat)
        ]
        kept = order.positions.aggregate(total=Sum("count"))["total"] or 0
        if kept + len(good) > MOST_POSITIONS:
            raise TooManyPositionsError
        if good:
            seal(order, good)
        return len(good)


def finish_patrol(
    viewer: Viewer,
    order_id: str,
    note: str,
    *,
    now_s: float,
    device_s: float | None = None,
) -> PatrolOrder:
    """Finish a patrol with a short note; no positions from then on.

    Raises:
        UnknownPatrolError: the viewer does not walk it.
        PatrolNotPossibleError: it is not under way.
    """
    with transaction.atomic():
        order = order_to_walk(viewer, order_id)
        if order.walker != viewer.staff_id:
            raise UnknownPatrolError
        if order.state == PatrolState.FINISHED.value and order.ended_by == RULE:
            return _finish_late(order, note, now_s)
        at_s, _clock = moment_of(device_s, now_s, order.started_s or 0.0)
        order.note = noted(note)
        move_order(order, PatrolAction.FINISH, actor=viewer.staff_id, now_s=now_s, at_s=at_s)
        end_tasks_of(TASK_SOURCE, order.pk, done_by=viewer.staff_id, now_s=now_s)
        return order


def _finish_late(order: PatrolOrder, note: str, now_s: float) -> PatrolOrder:
    """The note of a phone that had no network until the patrol had been closed."""
    order.note = order.note or noted(note)
    keep_figures(order, now_s)
    order.save(update_fields=["note", "figures"])
    return order


def _under_way(viewer: Viewer, order_id: str) -> PatrolOrder:
    """An order under way, locked, for the one who walks it alone."""
    order = order_to_walk(viewer, order_id)
    if order.state != PatrolState.UNDER_WAY.value:
        raise PatrolNotPossibleError
    if order.walker != viewer.staff_id:
        raise UnknownPatrolError
    return order


def _arrived(point: CheckPoint, here: Here) -> tuple[float | None, str]:
    """How far away, and the reason where the position is not enough."""
    away_m = None
    if here.lon is not None and here.lat is not None and is_position(here.lon, here.lat):
        away_m = distance_m(point.lon, point.lat, here.lon, here.lat)
        if is_at(point, here.lon, here.lat, here.accuracy_m):
            return away_m, ""
    if not here.reason:
        if away_m is None:
            raise PointPositionNeededError
        raise TooFarFromPointError(away_m=round(away_m))
    if here.reason not in AWAY_REASONS or (here.reason == OTHER and not here.words.strip()):
        raise BadAwayReasonError
    return away_m, here.reason
