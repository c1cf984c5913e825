"""The life cycle of an incident, its priorities and its field time stamps."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class Priority(IntEnum):
    """How urgent a call is; 1 is the most urgent."""

    EMERGENCY = 1
    URGENT = 2
    ROUTINE = 3
    DEFERRED = 4


class IncidentState(StrEnum):
    """Where a call stands as a whole."""

    ENTERED = "entered"
    ROUTED = "routed"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class IncidentAction(StrEnum):
    """What can be done to a call.

    ``start``: a first unit is assigned. ``stand_down``: the last active unit was withdrawn
    (refused, pre-empted, cancelled) before it had dealt with the call, which waits again.
    ``resolve``: the last active unit cleared.
    """

    ROUTE = "route"
    START = "start"
    STAND_DOWN = "stand_down"
    RESOLVE = "resolve"
    CLOSE = "close"
    CANCEL = "cancel"
    MERGE = "merge"
    UNMERGE = "unmerge"
    REOPEN = "reopen"


_S = IncidentState
_A = IncidentAction

INCIDENT_LIFE_CYCLE: LifeCycle[IncidentState, IncidentAction] = LifeCycle(
    initial=_S.ENTERED,
    table={
        (_S.ENTERED, _A.ROUTE): _S.ROUTED,
        (_S.ENTERED, _A.CANCEL): _S.CANCELLED,
        (_S.ENTERED, _A.MERGE): _S.MERGED,
        (_S.ROUTED, _A.ROUTE): _S.ROUTED,
        (_S.ROUTED, _A.START): _S.IN_PROGRESS,
        (_S.ROUTED, _A.RESOLVE): _S.RESOLVED,
        (_S.ROUTED, _A.CLOSE): _S.CLOSED,
        (_S.ROUTED, _A.CANCEL): _S.CANCELLED,
        (_S.ROUTED, _A.MERGE): _S.MERGED,
        (_S.IN_PROGRESS, _A.ROUTE): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.START): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.STAND_DOWN): _S.ROUTED,
        (_S.IN_PROGRESS, _A.CANCEL): _S.CANCELLED,
        (_S.IN_PROGRESS, _A.MERGE): _S.MERGED,
        (_S.IN_PROGRESS, _A.RESOLVE): _S.RESOLVED,
        (_S.IN_PROGRESS, _A.CLOSE): _S.CLOSED,
        (_S.RESOLVED, _A.START): _S.IN_PROGRESS,
        (_S.RESOLVED, _A.CLOSE): _S.CLOSED,
        (_S.CLOSED, _A.REOPEN): _S.ROUTED,
        (_S.CANCELLED, _A.REOPEN): _S.ROUTED,
        (_S.MERGED, _A.UNMERGE): _S.ROUTED,
    },
    final=frozenset({_S.CLOSED, _S.CANCELLED, _S.MERGED}),
)

OPEN_STATES: frozenset[IncidentState] = frozenset(
    {_S.ENTERED, _S.ROUTED, _S.IN_PROGRESS, _S.RESOLVED}
)
"""States that keep a call on the queue."""


class FieldTime(StrEnum):
    """The field time stamps of a call. Each is written once and never changed."""

    OCCURRED = "occurred"
    RECEIVED = "received"
    ENTERED = "entered"
    ROUTED = "routed"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    FEEDBACK = "feedback"
    CLEARED = "cleared"
    CLOSED = "closed"
