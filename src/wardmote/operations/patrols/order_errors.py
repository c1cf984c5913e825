"""Why nothing was done about a patrol order."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownPatrolError(RefusedError):
    """There is no such order for the viewer."""

    code = "unknown_patrol"
    status = 404
    sentence: ClassVar[str | Promise] = _("This is no longer there, or not in your area.")


class PatrolNotPossibleError(RefusedError):
    """The life cycle does not allow it now."""

    code = "patrol_not_possible"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "This is not possible any more: the patrol was started, ended or cancelled by somebody "
        "else. Look how it stands."
    )


class BadPatrolError(RefusedError):
    """An order does not fit."""

    code = "bad_patrol"
    sentence: ClassVar[str | Promise] = _(
        "An order needs a place with a name, at most %(points)d check-points, and a time that is "
        "not over and lasts at most %(hours)d hours. Not right: %(field)s."
    )


class UnknownWalkerError(RefusedError):
    """Who is to go may not, or is not there."""

    code = "unknown_walker"
    sentence: ClassVar[str | Promise] = _(
        "Choose an active team, somebody who may do tasks or watches there, or a unit of the area."
    )


class NotThePatrolTimeError(RefusedError):
    """It is not the time for it."""

    code = "not_the_patrol_time"
    sentence: ClassVar[str | Promise] = _(
        "A patrol starts at most half an hour early and before its time is over."
    )


class TooFarFromPointError(RefusedError):
    """The phone is not at the check-point, and no reason was given."""

    code = "too_far_from_point"
    sentence: ClassVar[str | Promise] = _(
        "You are %(away_m)d m from the check-point. Go nearer, or say why it counts from here."
    )


class PointPositionNeededError(RefusedError):
    """There is neither a position nor a reason."""

    code = "point_position_needed"
    sentence: ClassVar[str | Promise] = _(
        "The phone has no position. Say why the check-point counts without one."
    )


class BadAwayReasonError(RefusedError):
    """The reason is not on the list, or words are missing."""

    code = "bad_away_reason"
    sentence: ClassVar[str | Promise] = _(
        "Choose a reason from the list; another reason needs a few words."
    )


class TooManyPositionsError(RefusedError):
    """More positions than a patrol takes."""

    code = "too_many_positions"
    status = 413
    sentence: ClassVar[str | Promise] = _("This patrol takes no more positions.")


class BadGradesError(RefusedError):
    """A table of grades does not fit."""

    code = "bad_grades"
    sentence: ClassVar[str | Promise] = _("The grades do not fit: %(field)s.")


class GradesChangedError(RefusedError):
    """Somebody else set a version meanwhile."""

    code = "grades_changed"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "Somebody else changed the grades meanwhile. Look at them and enter yours again."
    )


class NoDemandError(RefusedError):
    """No roads or no demand are known there."""

    code = "no_demand"
    sentence: ClassVar[str | Promise] = _(
        "No demand is known for this area and time, so nothing can be proposed from it."
    )


class PurposeNeededError(RefusedError):
    """A look at positions without a purpose."""

    code = "track_purpose_needed"
    sentence: ClassVar[str | Promise] = _("Say why you look at the positions.")
