"""Changing tasks, the rules that make them, and consents to care visits."""

from wardmote.operations.tasks.services.clockwork import end_resting, release_and_expire
from wardmote.operations.tasks.services.consents import (
    NewConsent,
    OpenedConsent,
    end_and_erase,
    keep_consent,
    open_consent,
    open_visit,
    withdraw_consent,
)
from wardmote.operations.tasks.services.doing import (
    Whereabouts,
    check_in,
    finish,
    hand_over,
    undo,
)
from wardmote.operations.tasks.services.leading import BY_HAND, assign, cancel, order, reopen
from wardmote.operations.tasks.services.load import (
    available_minutes,
    duty_minutes,
    planned_minutes,
    refuse_overload,
)
from wardmote.operations.tasks.services.making import make, make_all, make_next
from wardmote.operations.tasks.services.moving import BY_RULES, NOW, Told
from wardmote.operations.tasks.services.reacting import (
    follow_up_call,
    follow_up_task,
)
from wardmote.operations.tasks.services.route import Route, route_of
from wardmote.operations.tasks.services.ruling import set_rule, switch_rule
from wardmote.operations.tasks.services.settling import (
    settle_all,
    settle_appointment,
    settle_leave,
    settle_places,
)

__all__ = [
    "BY_HAND",
    "BY_RULES",
    "NOW",
    "NewConsent",
    "OpenedConsent",
    "Route",
    "Told",
    "Whereabouts",
    "assign",
    "available_minutes",
    "cancel",
    "check_in",
    "duty_minutes",
    "end_and_erase",
    "end_resting",
    "finish",
    "follow_up_call",
    "follow_up_task",
    "hand_over",
    "keep_consent",
    "make",
    "make_all",
    "make_next",
    "open_consent",
    "open_visit",
    "order",
    "planned_minutes",
    "refuse_overload",
    "release_and_expire",
    "reopen",
    "route_of",
    "set_rule",
    "settle_all",
    "settle_appointment",
    "settle_leave",
    "settle_places",
    "switch_rule",
    "undo",
    "withdraw_consent",
]
