"""Moving patrol orders through their life cycle: row, task on the phone and journal together."""

from __future__ import annotations

from dataclasses import asdict

from wardmote.core.beat.patrol_walked import Adherence, Begun, Walk, adherence
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.patrol import (
    PATROL_LIFE_CYCLE,
    CheckPoint,
    PatrolAction,
    PatrolPlace,
    PatrolSource,
    PatrolState,
    PatrolWho,
)
from wardmote.core.domain.patrol_events import PatrolOrderGiven, PatrolOrderMoved
from wardmote.core.domain.plain import load
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.models import PatrolOrder
from wardmote.operations.patrols.order_errors import PatrolNotPossibleError
from wardmote.operations.patrols.sealed import fixes_of

RULE = "rule:patrols"


def place_of(order: PatrolOrder) -> PatrolPlace:
    """The ordered place."""
    return load(PatrolPlace, order.place)


def points_of(order: PatrolOrder) -> tuple[CheckPoint, ...]:
    """The check-points in the order of walking."""
    return tuple(load(CheckPoint, one) for one in order.points)


def walk_of(order: PatrolOrder, *, with_positions: bool = True) -> Walk:
    """A patrol as it was ordered and went. Positions are opened for figures only."""
    return Walk(
        place_of(order),
        points_of(order),
        tuple(tuple((lon, lat) for lon, lat in path) for path in order.route),
        order.from_s,
        order.to_s,
        order.every_s,
        order.started_s,
        order.finished_s,
        tuple((one.number, one.at_s) for one in order.reaches.all()),
        fixes_of(order) if with_positions else (),
    )


def adherence_of(order: PatrolOrder, now_s: float) -> Adherence:
    """The figures of an order: those kept when it is over, else as things stand.

    While it is under way, positions are not opened for them.
    """
    if order.figures is not None:
        return load(Adherence, order.figures)
    return adherence(walk_of(order, with_positions=False), now_s)


def keep_figures(order: PatrolOrder, now_s: float) -> None:
    """Work out the figures of an order that is over and keep them; saved by the caller."""
    found = adherence(walk_of(order), now_s)
    if found.begun in (Begun.NOT_DUE, Begun.OVERDUE):
        return
    known = order.figures or {}
    if order.erased_s is not None:
        found = Adherence(
            found.begun, found.reached, found.due, found.late_s,
            known.get("in_place_s"), known.get("known_s"),
        )  # fmt: skip
    order.figures = {**asdict(found), "begun": found.begun.value}


def move_order(
    order: PatrolOrder,
    action: PatrolAction | None,
    *,
    actor: str,
    now_s: float,
    at_s: float | None = None,
    reason: str = "",
) -> None:
    """Move a locked order; `action` None: it was made.

    Args:
        at_s: when it happened by the clock that counts; None: now.

    Raises:
        PatrolNotPossibleError: the life cycle does not allow it.
    """
    happened_s = now_s if at_s is None else at_s
    if action is not None:
        try:
            after = PATROL_LIFE_CYCLE.next_state(PatrolState(order.state), action)
        except TransitionRefusedError as error:
            raise PatrolNotPossibleError from error
        order.state = after.value
        if action is PatrolAction.START:
            order.walker, order.started_s, order.figures = actor, happened_s, None
        elif action is not PatrolAction.MISS:
            order.finished_s, order.ended_by = happened_s, actor
        order.reason = reason
        if after in (PatrolState.FINISHED, PatrolState.MISSED):
            keep_figures(order, now_s)
        order.save()
    event = PatrolOrderMoved(
        order.pk,
        PatrolSource(order.source),
        action,
        PatrolState(order.state),
        order.from_s,
        order.to_s,
        reason,
    )
    record([event], actor=actor, area=AreaId(order.area), now_s=now_s, occurred_s=happened_s)


def record_given(order: PatrolOrder, *, actor: str, now_s: float) -> None:
    """Write down who is to go."""
    event = PatrolOrderGiven(order.pk, PatrolWho(order.who_kind), order.who)
    record([event], actor=actor, area=AreaId(order.area), now_s=now_s)
