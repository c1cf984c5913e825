"""The life cycle of a move-up: advice that an idle unit stands at another post for a while.

Advice binds nobody: a crew may refuse it with a reason, a dispatcher may take it back, and a call
always comes first. What is not in the table is refused.
"""

from __future__ import annotations

from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class MoveUpState(StrEnum):
    """Where one piece of advice stands."""

    ADVISED = "advised"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    REFUSED = "refused"
    LAPSED = "lapsed"
    ENDED = "ended"


class MoveUpAction(StrEnum):
    """What can be done to it."""

    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"
    ARRIVE = "arrive"
    LAPSE = "lapse"
    END = "end"


class MoveUpEnd(StrEnum):
    """Why advice lapsed or a unit's stay at the post ended."""

    UNANSWERED = "unanswered"
    NOT_ARRIVED = "not_arrived"
    SENT_TO_CALL = "sent_to_call"
    OFF_DUTY = "off_duty"
    UNAVAILABLE = "unavailable"
    WITHDRAWN = "withdrawn"
    MOVED_AGAIN = "moved_again"
    RULE_CHANGED = "rule_changed"


_S = MoveUpState
_A = MoveUpAction

MOVE_UP_LIFE_CYCLE: LifeCycle[MoveUpState, MoveUpAction] = LifeCycle(
    initial=_S.ADVISED,
    table={
        (_S.ADVISED, _A.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        (_S.ADVISED, _A.REFUSE): _S.REFUSED,
        (_S.ADVISED, _A.ARRIVE): _S.ARRIVED,
        (_S.ADVISED, _A.LAPSE): _S.LAPSED,
        (_S.ACKNOWLEDGED, _A.ARRIVE): _S.ARRIVED,
        (_S.ACKNOWLEDGED, _A.REFUSE): _S.REFUSED,
        (_S.ACKNOWLEDGED, _A.LAPSE): _S.LAPSED,
        (_S.ARRIVED, _A.END): _S.ENDED,
    },
    final=frozenset({_S.REFUSED, _S.LAPSED, _S.ENDED}),
)
"""A unit that has arrived stands at the post until it is sent elsewhere or goes off duty."""

LIVING_MOVE_UPS: frozenset[MoveUpState] = frozenset({_S.ADVISED, _S.ACKNOWLEDGED, _S.ARRIVED})
"""States in which the unit counts as standing at, or on the way to, the advised post."""

OBEYED_STATES: frozenset[MoveUpState] = frozenset({_S.ARRIVED, _S.ENDED})
"""States of advice that was followed to the end: the unit reached the post."""
