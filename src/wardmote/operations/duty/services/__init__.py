"""Changing duty: levels, plans and activations, guards of events, requests to neighbours."""

from wardmote.operations.duty.services.activating import (
    Start,
    activate,
    add_participant,
    keep_review,
    let_steps_fall_due,
    move_step,
    stand_down,
    take_offer,
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
    set_levels,
)
from wardmote.operations.duty.services.minimums import watch_minimums
from wardmote.operations.duty.services.neighbours import (
    NewNeighbour,
    ask_neighbour,
    change_neighbour,
    draw_border,
    end_neighbour,
    keep_neighbour,
    move_request,
    open_contact,
)
from wardmote.operations.duty.services.offers import (
    decline_offer,
    offer_for_call,
    offer_for_guards,
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
    "add_participant",
    "approve_switch",
    "approve_version",
    "ask_neighbour",
    "change_neighbour",
    "decline_offer",
    "decline_switch",
    "draw_border",
    "end_due_switches",
    "end_neighbour",
    "end_switch",
    "keep_neighbour",
    "keep_review",
    "let_steps_fall_due",
    "make_guard_days",
    "move_guard",
    "move_request",
    "move_step",
    "offer_for_call",
    "offer_for_guards",
    "open_contact",
    "propose_switch",
    "retire_version",
    "set_levels",
    "stand_down",
    "take_offer",
    "watch_minimums",
    "write_guard",
    "write_plan",
    "write_version",
]
