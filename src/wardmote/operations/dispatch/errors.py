"""What dispatch refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownAssignmentError(RefusedError):
    """There is no such assignment."""

    code = "unknown_assignment"
    status = 404
    sentence = _("There is no such assignment.")


class AssignmentTransitionError(RefusedError):
    """The life cycle of an assignment does not allow this."""

    code = "not_possible_now"
    status = 409
    sentence = _("This is not possible while the assignment is “%(state)s”.")


class UnitBusyError(RefusedError):
    """The unit has an active assignment."""

    code = "unit_busy"
    status = 409
    sentence = _(
        "Unit %(unit)s is busy with another call. Choose another unit, or queue this call."
    )


class UnitUnavailableError(RefusedError):
    """The unit is on duty but not available."""

    code = "unit_unavailable"
    status = 409
    sentence = _("Unit %(unit)s is not available now. Choose another unit.")


class UnitOnSceneError(RefusedError):
    """A unit that is with a caller is not taken away."""

    code = "unit_on_scene"
    status = 409
    sentence = _("Unit %(unit)s is on scene and is not taken away. Choose another unit.")


class NoUnitsError(RefusedError):
    """No unit was named, one was named twice, or too many."""

    code = "no_units"
    sentence = _("Name between 1 and %(limit)s different units.")


class UnknownModeError(RefusedError):
    """The mode is not one of those that exist."""

    code = "unknown_mode"
    sentence = _("“%(mode)s” is not a way of sending a unit.")


class OverrideReasonNeededError(RefusedError):
    """Other units were chosen than recommended, without a reason code."""

    code = "override_reason_needed"
    sentence = _("These are not the units recommended. Choose a reason.")


class RefusalReasonNeededError(RefusedError):
    """A crew refuses, or an assignment is cancelled, with a reason code."""

    code = "reason_needed"
    sentence = _("Choose a reason from the list.")


class UnknownAlarmError(RefusedError):
    """There is no such alarm standing."""

    code = "unknown_alarm"
    status = 404
    sentence = _("This alarm is over already.")


class NoRecommendationError(RefusedError):
    """Nothing was recommended for the call yet."""

    code = "no_recommendation"
    status = 404
    sentence = _("There is no recommendation for this call yet.")


class UnknownMoveUpError(RefusedError):
    """There is no such advice."""

    code = "unknown_move_up"
    status = 404
    sentence = _("There is no such advice.")


class MoveUpTransitionError(RefusedError):
    """The life cycle of the advice does not allow this."""

    code = "not_possible_now"
    status = 409
    sentence = _("This advice is over already.")


class NoPatrolError(RefusedError):
    """There is no patrol, or nowhere to patrol."""

    code = "no_patrol"
    status = 404
    sentence = _("There is no patrol from which the places of this post stay in reach.")
