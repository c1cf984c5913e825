"""What follows from an event: one readable table.

`following` runs it after the commit, each event in one transaction with the reader's position. A
reaction is a function of an app's services that is told the event and the time; it looks at how
things stand by now, and doing it twice changes nothing.
"""

from __future__ import annotations

from wardmote.core.domain.duty_events import (
    DutyLevelMoved,
    DutyMinimumShort,
    DutyOfferMoved,
    DutyStepMoved,
)
from wardmote.core.domain.hazard_events import HazardExtensionMoved, HazardPartMoved
from wardmote.core.domain.incident_events import (
    IncidentClassified,
    IncidentEntered,
    IncidentLocated,
    IncidentMoved,
)
from wardmote.core.domain.inspection_events import (
    AppealMoved,
    AssessmentSheetMade,
    AttendanceMoved,
    CheckMoved,
    TurnMoved,
)
from wardmote.core.domain.place_events import BeatChanged, DivisionChanged, PlaceDrawn
from wardmote.core.domain.staff_events import (
    StaffAppointed,
    StaffAppointmentEnded,
    StaffLeaveMoved,
)
from wardmote.core.domain.task_events import TaskMade, TaskMoved
from wardmote.core.domain.watch_events import (
    WatchGiven,
    WatchMoved,
    WatchRosterMoved,
    WatchSwapMoved,
)
from wardmote.operations.access import following_places
from wardmote.operations.duty import services as duty
from wardmote.operations.following import Reaction
from wardmote.operations.hazards import services as hazards
from wardmote.operations.notices import services as notices
from wardmote.operations.people import services as people
from wardmote.operations.tasks import services as tasks

REACTIONS: tuple[Reaction, ...] = (
    Reaction("tasks.follow_up_call", (IncidentMoved,), tasks.follow_up_call),
    Reaction("tasks.follow_up_task", (TaskMoved,), tasks.follow_up_task),
    Reaction("tasks.hand_over_leave", (StaffLeaveMoved,), tasks.settle_leave),
    Reaction("people.end_with_places", (BeatChanged, DivisionChanged), people.end_with_places),
    Reaction("access.follow_change", (DivisionChanged,), following_places.follow_change),
    Reaction("hazards.settle_places", (DivisionChanged,), hazards.settle_places),
    Reaction(
        "tasks.settle_places", (BeatChanged, DivisionChanged, PlaceDrawn), tasks.settle_places
    ),
    Reaction(
        "tasks.settle_appointment",
        (StaffAppointed, StaffAppointmentEnded),
        tasks.settle_appointment,
    ),
    Reaction(
        "duty.offer_for_call",
        (IncidentEntered, IncidentLocated, IncidentClassified, IncidentMoved),
        duty.offer_for_call,
    ),
    Reaction("hazards.recheck_task", (HazardPartMoved,), hazards.recheck_task),
    Reaction("notices.task_made", (TaskMade,), notices.on_task_made),
    Reaction("notices.task_moved", (TaskMoved,), notices.on_task_moved),
    Reaction("notices.hazard_part", (HazardPartMoved,), notices.on_hazard_part),
    Reaction("notices.extension", (HazardExtensionMoved,), notices.on_extension),
    Reaction("notices.roster", (WatchRosterMoved,), notices.on_roster),
    Reaction("notices.watch", (WatchGiven, WatchMoved), notices.on_watch),
    Reaction("notices.swap", (WatchSwapMoved,), notices.on_swap),
    Reaction("notices.duty_level", (DutyLevelMoved,), notices.on_duty_level),
    Reaction("notices.minimum_short", (DutyMinimumShort,), notices.on_minimum_short),
    Reaction("notices.recall", (StaffLeaveMoved,), notices.on_recall),
    Reaction("notices.plan_offered", (DutyOfferMoved,), notices.on_offer),
    Reaction("notices.plan_step", (DutyStepMoved,), notices.on_plan_step),
    Reaction("notices.check", (CheckMoved,), notices.on_check),
    Reaction("notices.sheet", (AssessmentSheetMade,), notices.on_sheet),
    Reaction("notices.appeal", (AppealMoved,), notices.on_appeal),
    Reaction("notices.turn", (TurnMoved,), notices.on_turn),
    Reaction("notices.attendance", (AttendanceMoved,), notices.on_attendance),
)
"""Name, kinds of events, what is done."""
