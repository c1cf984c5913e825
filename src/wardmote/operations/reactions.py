"""What follows from an event: one readable table.

`following` runs it after the commit, each event in one transaction with the reader's position. A
reaction is a function of an app's services that is told the event and the time; it looks at how
things stand by now, and doing it twice changes nothing.
"""

from __future__ import annotations

from wardmote.core.domain.events import (
    BeatChanged,
    DivisionChanged,
    HazardPartMoved,
    IncidentMoved,
    TaskMoved,
)
from wardmote.core.domain.staff_events import StaffLeaveMoved
from wardmote.operations.following import Reaction
from wardmote.operations.hazards import services as hazards
from wardmote.operations.people import services as people
from wardmote.operations.tasks import services as tasks

REACTIONS: tuple[Reaction, ...] = (
    Reaction("tasks.follow_up_call", (IncidentMoved,), tasks.follow_up_call),
    Reaction("tasks.follow_up_task", (TaskMoved,), tasks.follow_up_task),
    Reaction("tasks.hand_over_leave", (StaffLeaveMoved,), tasks.hand_over_leave),
    Reaction("people.end_with_places", (BeatChanged, DivisionChanged), people.end_with_places),
    Reaction("hazards.recheck_task", (HazardPartMoved,), hazards.recheck_task),
)
"""Name, kinds of events, what is done."""
