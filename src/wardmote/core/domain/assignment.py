"""The life cycle of an assignment: one unit sent to one incident.

Status belongs to the assignment, not to the unit. A unit has at most one *active*
assignment; further ones are `stacked` behind it, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.lifecycle import LifeCycle


class AssignmentState(StrEnum):
    """Where one sending of a unit stands."""

    PROPOSED = "proposed"
    RESERVED = "reserved"
    STACKED = "stacked"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    FEEDBACK = "feedback"
    CLEARED = "cleared"
    REFUSED = "refused"
    PREEMPTED = "preempted"
    CANCELLED = "cancelled"


class AssignmentAction(StrEnum):
    """What can be done to an assignment."""

    RESERVE = "reserve"
    STACK = "stack"
    ASSIGN = "assign"
    ACKNOWLEDGE = "acknowledge"
    DEPART = "depart"
    ARRIVE = "arrive"
    REPORT = "report"
    CLEAR = "clear"
    REFUSE = "refuse"
    PREEMPT = "preempt"
    CANCEL = "cancel"


_S = AssignmentState
_A = AssignmentAction

ASSIGNMENT_LIFE_CYCLE: LifeCycle[AssignmentState, AssignmentAction] = LifeCycle(
    initial=_S.PROPOSED,
    table={
        (_S.PROPOSED, _A.RESERVE): _S.RESERVED,
        (_S.PROPOSED, _A.STACK): _S.STACKED,
        (_S.PROPOSED, _A.ASSIGN): _S.ASSIGNED,
        (_S.PROPOSED, _A.CANCEL): _S.CANCELLED,
        (_S.RESERVED, _A.ASSIGN): _S.ASSIGNED,
        (_S.RESERVED, _A.CANCEL): _S.CANCELLED,
        (_S.STACKED, _A.STACK): _S.STACKED,
        (_S.STACKED, _A.ASSIGN): _S.ASSIGNED,
        (_S.STACKED, _A.CANCEL): _S.CANCELLED,
        (_S.ASSIGNED, _A.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        (_S.ASSIGNED, _A.DEPART): _S.EN_ROUTE,
        (_S.ASSIGNED, _A.ARRIVE): _S.ON_SCENE,
        (_S.ASSIGNED, _A.REFUSE): _S.REFUSED,
        (_S.ASSIGNED, _A.PREEMPT): _S.PREEMPTED,
        (_S.ASSIGNED, _A.CANCEL): _S.CANCELLED,
        (_S.ACKNOWLEDGED, _A.DEPART): _S.EN_ROUTE,
        (_S.ACKNOWLEDGED, _A.ARRIVE): _S.ON_SCENE,
        (_S.ACKNOWLEDGED, _A.REFUSE): _S.REFUSED,
        (_S.ACKNOWLEDGED, _A.PREEMPT): _S.PREEMPTED,
        (_S.ACKNOWLEDGED, _A.CANCEL): _S.CANCELLED,
        (_S.EN_ROUTE, _A.ARRIVE): _S.ON_SCENE,
        (_S.EN_ROUTE, _A.PREEMPT): _S.PREEMPTED,
        (_S.EN_ROUTE, _A.CANCEL): _S.CANCELLED,
        (_S.EN_ROUTE, _A.CLEAR): _S.CLEARED,
        (_S.ON_SCENE, _A.REPORT): _S.FEEDBACK,
        (_S.ON_SCENE, _A.CLEAR): _S.CLEARED,
        (_S.FEEDBACK, _A.REPORT): _S.FEEDBACK,
        (_S.FEEDBACK, _A.CLEAR): _S.CLEARED,
    },
    final=frozenset({_S.CLEARED, _S.REFUSED, _S.PREEMPTED, _S.CANCELLED}),
)

ACTIVE_STATES: frozenset[AssignmentState] = frozenset(
    {_S.RESERVED, _S.ASSIGNED, _S.ACKNOWLEDGED, _S.EN_ROUTE, _S.ON_SCENE, _S.FEEDBACK}
)
"""States that occupy the unit; at most one assignment of a unit may be in one of them."""

ON_SCENE_STATES: frozenset[AssignmentState] = frozenset({_S.ON_SCENE, _S.FEEDBACK})
"""States in which the unit is with the caller and is never pre-empted."""

STAMP_OF: Mapping[AssignmentState, FieldTime] = {
    _S.ASSIGNED: FieldTime.ASSIGNED,
    _S.ACKNOWLEDGED: FieldTime.ACKNOWLEDGED,
    _S.EN_ROUTE: FieldTime.EN_ROUTE,
    _S.ON_SCENE: FieldTime.ARRIVED,
    _S.FEEDBACK: FieldTime.FEEDBACK,
    _S.CLEARED: FieldTime.CLEARED,
}
"""The field time that reaching a state writes."""
