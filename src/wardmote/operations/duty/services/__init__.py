"""Changing duty: levels, plans and activations, guards of events, requests to neighbours."""

from wardmote.operations.duty.services.activating import (
    Start,
    activate,
    keep_review,
    let_steps_fall_due,
    move_step,
    stand_down,
)
from wardmote.operations.duty.services.guards import (
    NewGuard,
    make_guard_days,
    move_guard,
    write_guard,
)
from wardmote.operations.duty.services.levels import (
    approve_switch,
    decline_switch,
    end_due_switches,
    end_switch,
    propose_switch,
)
from wardmote.operations.duty.services.neighbours import (
    NewNeighbour,
    ask_neighbour,
    keep_neighbour,
    move_request,
    open_contact,
)
from wardmote.operations.duty.services.plans import (
    NewPlan,
    approve_version,
    retire_version,
    write_plan,
    write_version,
)

__all__ = [
    "NewGuard",
    "NewNeighbour",
    "NewPlan",
    "Start",
    "activate",
    "approve_switch",
    "approve_version",
    "ask_neighbour",
    "decline_switch",
    "end_due_switches",
    "end_switch",
    "keep_neighbour",
    "keep_review",
    "let_steps_fall_due",
    "make_guard_days",
    "move_guard",
    "move_request",
    "move_step",
    "open_contact",
    "propose_switch",
    "retire_version",
    "stand_down",
    "write_guard",
    "write_plan",
    "write_version",
]
