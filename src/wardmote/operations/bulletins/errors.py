"""Why a step of the monthly cycle cannot be reported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class CycleDayError(RefusedError):
    """The day is not in the month, or has not come."""

    code = "cycle_day"
    sentence = _("Give the day on which it was done: in that month, and not after today.")


class CycleStepError(RefusedError):
    """The analysis is not reported by people, or the step is unknown."""

    code = "cycle_step"
    sentence = _("This step is not reported by hand: the analysis is there when it is published.")


class CycleNoteError(RefusedError):
    """The note is too long."""

    code = "cycle_note"
    sentence = _("The note may have at most %(most)d characters.")
