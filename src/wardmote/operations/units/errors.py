"""What units refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownUnitError(RefusedError):
    """There is no such unit."""

    code = "unknown_unit"
    status = 404
    sentence = _("There is no unit “%(unit)s”.")


class OffDutyError(RefusedError):
    """The unit is not on duty."""

    code = "off_duty"
    status = 409
    sentence = _("Unit %(unit)s is not on duty.")


class UnavailableReasonNeededError(RefusedError):
    """A unit becomes unavailable for a reason."""

    code = "reason_needed"
    sentence = _("Choose why the unit is not available.")
