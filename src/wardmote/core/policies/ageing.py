"""Ageing: a call that waits moves up the queue, and after a while gets a higher priority.

The queue is ordered by an effective urgency that falls with waiting; the priority itself is
raised one step when a call has waited too long for its priority without a unit, never to
EMERGENCY, which only people declare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.picture import KnownIncident, OperationalPicture

REASON = "waited_too_long"
_WAITING = frozenset({IncidentState.ENTERED, IncidentState.ROUTED})


@dataclass(frozen=True, slots=True)
class Ageing:
    """How waiting counts.

    Attributes:
        step_s: for priorities 1 to 4, how long a call waits until it counts as one step more
            urgent in the order of the queue.
        raise_after_s: for priorities 1 to 4, how long (>=) a call waits without a unit until its
            priority is raised one step; None for never. Priorities 1 and 2 are never raised.
    """

    version: str = "ageing/1"
    step_s: tuple[float, float, float, float] = (900.0, 900.0, 1_800.0, 3_600.0)
    raise_after_s: tuple[None, None, float | None, float | None] = (None, None, 3_600.0, 7_200.0)


@dataclass(frozen=True, slots=True)
class Raise:
    """A priority that should go up, with how long the call has waited."""

    incident: IncidentId
    before: Priority
    after: Priority
    waited_s: float
    due_s: float


def waiting_since_s(call: KnownIncident) -> float:
    """When the call began to wait: receipt, else entry, else when it came into its state."""
    for stamp in (FieldTime.RECEIVED, FieldTime.ENTERED):
        if stamp in call.stamps:
            return call.stamps[stamp]
    return call.since_s


def effective_urgency(ageing: Ageing, call: KnownIncident, now_s: float) -> float:
    """The priority less a step for each `step_s` waited, at least 1; smaller is more urgent."""
    waited_s = max(0.0, now_s - waiting_since_s(call))
    return max(1.0, call.priority - waited_s / ageing.step_s[call.priority - 1])


def queue_order(
    ageing: Ageing, calls: Iterable[KnownIncident], now_s: float
) -> tuple[KnownIncident, ...]:
    """Calls as a dispatcher should take them: emergencies first, then by urgency, then by wait.

    A call never overtakes an EMERGENCY by waiting.
    """
    return tuple(
        sorted(
            calls,
            key=lambda call: (
                call.priority is not Priority.EMERGENCY,
                effective_urgency(ageing, call, now_s),
                waiting_since_s(call),
                call.incident,
            ),
        )
    )


def priorities_to_raise(
    ageing: Ageing, picture: OperationalPicture, now_s: float
) -> tuple[Raise, ...]:
    """Calls without a unit that have waited too long for their priority, by id."""
    found: list[Raise] = []
    for key in sorted(picture.incidents):
        call = picture.incidents[key]
        due_s = raise_due_s(ageing, picture, call)
        if due_s is not None and now_s >= due_s:
            after = Priority(call.priority - 1)
            waited_s = now_s - waiting_since_s(call)
            found.append(Raise(call.incident, call.priority, after, waited_s, due_s))
    return tuple(found)


def raise_due_s(ageing: Ageing, picture: OperationalPicture, call: KnownIncident) -> float | None:
    """When the call's priority is due to go up; None if it never is as things stand."""
    after_s = ageing.raise_after_s[call.priority - 1]
    if after_s is None or call.state not in _WAITING:
        return None
    if any(assignment.active for assignment in picture.assignments_of(call.incident)):
        return None
    return waiting_since_s(call) + after_s
