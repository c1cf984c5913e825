"""What runs hand back besides trials: the documents of fronts, shifts, relocation and resiting.

Each has a `format`, and under `plan` the plan that it makes (``wardmote-plan/1``), null where it
makes none.
"""

from __future__ import annotations

from wardmote.core.domain.plain import JsonValue
from wardmote.core.studies.plan import PLAN_FORMAT

FRONT_FORMAT = "wardmote-front/1"
"""Plans of which none beats another by both standards: `plans`, `shares` (of each plan, by
standard), `standards`, `ended`."""
SHIFTS_FORMAT = "wardmote-shifts/1"
"""Units on duty by hour of the week, and the trial that checked them."""
RELOCATION_FORMAT = "wardmote-relocation/1"
"""Ways of moving free units, and the trial of the one that was taken."""
RESITING_FORMAT = "wardmote-resiting/1"
"""Which post should move where, and how calls have changed."""


def made_plan(outcome: JsonValue | None) -> JsonValue | None:
    """The document of the plan that an outcome brings into the study; None where it brings none."""
    if not isinstance(outcome, dict):
        return None
    return outcome if outcome.get("format") == PLAN_FORMAT else outcome.get("plan")


def has_outcome(outcome: JsonValue | None) -> bool:
    """Whether something came out; a question without an answer leaves a problem instead."""
    return isinstance(outcome, dict) and "format" in outcome
