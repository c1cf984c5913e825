"""What is done again and again, by the deployment's clock: one readable table.

`following` goes these rounds on the thread that reacts to events. A round makes short transactions
of its own and returns true where it has more to do at once.
"""

from __future__ import annotations

from wardmote.operations.access import following_places
from wardmote.operations.bulletins.services import publish_due
from wardmote.operations.bulletins.shown import keep_ready
from wardmote.operations.duty import services as duty
from wardmote.operations.following import Round
from wardmote.operations.hazards import services as hazards
from wardmote.operations.inspections import services as inspections
from wardmote.operations.journal.statistics import gather_statistics
from wardmote.operations.notices import services as notices
from wardmote.operations.patrols import services as patrols
from wardmote.operations.places import services as places
from wardmote.operations.tasks import services as tasks

ROUNDS: tuple[Round, ...] = (
    Round("journal.statistics", 3_600.0, gather_statistics),
    Round("places.take_effect", 3_600.0, places.go_round),
    Round("access.follow_places", 600.0, following_places.follow_all),
    Round("tasks.release_and_expire", 60.0, tasks.release_and_expire),
    Round("tasks.make", 600.0, tasks.make_next),
    Round("tasks.settle", 600.0, tasks.settle_all),
    Round("tasks.end_resting", 600.0, tasks.end_resting),
    Round("tasks.care_consents", 600.0, tasks.end_and_erase),
    Round("bulletins", 600.0, publish_due),
    Round("bulletins.keep_ready", 60.0, keep_ready),
    Round("hazards.escalate", 600.0, hazards.escalate_due),
    Round("hazards.settle", 600.0, hazards.settle_all),
    Round("inspections", 600.0, inspections.go_round),
    Round("patrols.erase_positions", 120.0, patrols.erase_positions),
    Round("patrols", 120.0, patrols.go_round),
    Round("patrols.grades", 120.0, patrols.make_graded_orders),
    Round("notices.due_soon", 300.0, notices.tell_what_is_due),
    Round("duty.end_levels", 30.0, duty.end_due_switches),
    Round("duty.minimums", 60.0, duty.watch_minimums),
    Round("duty.steps_due", 10.0, duty.let_steps_fall_due),
    Round("duty.offer_for_guards", 600.0, duty.offer_for_guards),
    Round("duty.make_guard_days", 900.0, duty.make_guard_days),
)
"""Name, seconds from one time to the next, what is done."""
