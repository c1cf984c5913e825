"""What is done again and again, by the deployment's clock: one readable table.

`following` goes these rounds on the thread that reacts to events. A round makes short transactions
of its own and returns true where it has more to do at once.
"""

from __future__ import annotations

from wardmote.operations.bulletins.services import publish_due
from wardmote.operations.duty import services as duty
from wardmote.operations.following import Round
from wardmote.operations.hazards.services import escalate_due
from wardmote.operations.inspections import services as inspections
from wardmote.operations.places import services as places
from wardmote.operations.tasks import services as tasks

ROUNDS: tuple[Round, ...] = (
    Round("places.take_effect", 3_600.0, places.go_round),
    Round("tasks.release_and_expire", 60.0, tasks.release_and_expire),
    Round("tasks.make", 600.0, tasks.make_next),
    Round("tasks.care_consents", 600.0, tasks.end_and_erase),
    Round("bulletins", 600.0, publish_due),
    Round("hazards.escalate", 600.0, escalate_due),
    Round("inspections", 600.0, inspections.go_round),
    Round("duty.end_levels", 30.0, duty.end_due_switches),
    Round("duty.steps_due", 10.0, duty.let_steps_fall_due),
    Round("duty.make_guard_days", 900.0, duty.make_guard_days),
)
"""Name, seconds from one time to the next, what is done."""
