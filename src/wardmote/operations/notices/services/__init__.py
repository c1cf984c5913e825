"""What changes notices, wishes and devices."""

from wardmote.operations.notices.services.devices import (
    Registration,
    forget_device,
    forget_session,
    register_device,
)
from wardmote.operations.notices.services.pushing import (
    ClaimedMessage,
    PushOutcome,
    claim_messages,
    drop_unknown,
    plan_messages,
    settle_message,
)
from wardmote.operations.notices.services.reacting import (
    on_duty_level,
    on_extension,
    on_hazard_part,
    on_minimum_short,
    on_offer,
    on_plan_step,
    on_recall,
    on_task_made,
    on_task_moved,
    tell_what_is_due,
)
from wardmote.operations.notices.services.reacting_inspections import (
    TRAINING_DAY,
    on_appeal,
    on_attendance,
    on_check,
    on_sheet,
    on_turn,
)
from wardmote.operations.notices.services.reacting_watches import on_roster, on_swap, on_watch
from wardmote.operations.notices.services.telling import (
    Telling,
    choose,
    forget_old_notices,
    mark_read,
    tell,
)

__all__ = [
    "TRAINING_DAY",
    "ClaimedMessage",
    "PushOutcome",
    "Registration",
    "Telling",
    "choose",
    "claim_messages",
    "drop_unknown",
    "forget_device",
    "forget_old_notices",
    "forget_session",
    "mark_read",
    "on_appeal",
    "on_attendance",
    "on_check",
    "on_duty_level",
    "on_extension",
    "on_hazard_part",
    "on_minimum_short",
    "on_offer",
    "on_plan_step",
    "on_recall",
    "on_roster",
    "on_sheet",
    "on_swap",
    "on_task_made",
    "on_task_moved",
    "on_turn",
    "on_watch",
    "plan_messages",
    "register_device",
    "settle_message",
    "tell",
    "tell_what_is_due",
]
