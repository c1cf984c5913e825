"""What tasks refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownTaskError(RefusedError):
    """There is no such task, or none that the viewer may know of."""

    code = "unknown_task"
    status = 404
    sentence = _("This task is not there, or not yours.")


class TaskConflictError(RefusedError):
    """The task was changed by somebody else, or is not where that can be done.

    `task` is its id: whoever answers shows how it stands now beside what was asked.
    """

    code = "task_conflict"
    status = 409
    sentence = _("This task has changed meanwhile. Look at how it stands now, then decide.")


class TaskExpiredError(TaskConflictError):
    """The task has expired, and no clock that counts says that it was begun before."""

    code = "task_expired"
    sentence = _(
        "This task expired before you began, by the times that are known. If it was done all the "
        "same, ask your leader to open it again; then send yours."
    )


class TooFarError(RefusedError):
    """The position is outside the place's tolerance and no reason was given."""

    code = "too_far"
    sentence = _(
        "You are %(away_m)d m from the place; up to %(tolerance_m)d m count as there. Go closer, "
        "or say why you check in from here."
    )


class PositionNeededError(RefusedError):
    """Neither a position nor a reason was given."""

    code = "position_needed"
    sentence = _("Check in with your position, or say why there is none.")


class UnknownReasonError(RefusedError):
    """The reason is not on the list."""

    code = "unknown_reason"
    sentence = _("Choose a reason from the list.")


class ReasonNeededError(RefusedError):
    """A reason has to be given."""

    code = "reason_needed"
    sentence = _("Say why, in a few words.")


class AnswersRefusedError(RefusedError):
    """The form is not filled in as it has to be; `fields` says where."""

    code = "answers_refused"
    sentence = _("The form is not complete: %(fields)s. Fill in what is marked and finish again.")


class OfficerNeededError(RefusedError):
    """An assistant finishes what needs an officer, and names none who was there."""

    code = "officer_needed"
    sentence = _(
        "An assistant does not do this alone. Say which police officer was there, or hand the task "
        "to an officer."
    )


class OverloadError(RefusedError):
    """Somebody would be given more than the day holds."""

    code = "overload"
    status = 409
    sentence = _(
        "With this task, %(planned)d minutes are planned for that day and %(available)d are on "
        "duty. Choose another day or person, or assign it all the same."
    )


class DayRefusedError(RefusedError):
    """A task is ordered for a day that is over, or too far away."""

    code = "day_refused"
    sentence = _("Choose a day from %(first)s to %(last)s.")


class UnknownHolderError(RefusedError):
    """Nobody of this number may do tasks there."""

    code = "unknown_holder"
    sentence = _("There is nobody of this number who may do tasks in this area.")


class RuleRefusedError(RefusedError):
    """A rule cannot be carried out; `field` and `why` say what does not fit."""

    code = "rule_refused"
    sentence = _("The rule does not fit at “%(field)s”: %(why)s.")


class UnknownRuleError(RefusedError):
    """There is no such rule."""

    code = "unknown_rule"
    status = 404
    sentence = _("There is no such rule.")


class RuleChangedError(RefusedError):
    """Somebody set another version of the rule meanwhile."""

    code = "rule_changed"
    status = 409
    sentence = _("Somebody has changed this rule meanwhile. Open it again, then make your change.")


class UnknownConsentError(RefusedError):
    """There is no such consent, or it is not for the viewer to know."""

    code = "unknown_consent"
    status = 404
    sentence = _("This consent is not there, or not yours to see.")


class ConsentOverError(RefusedError):
    """The consent was withdrawn or has expired."""

    code = "consent_over"
    status = 409
    sentence = _("This consent is over. Ask for a new one in writing if the person wishes.")


class ConsentRefusedError(RefusedError):
    """What is entered of a consent does not fit; `field` says where."""

    code = "consent_refused"
    sentence = _("Check “%(field)s”: a consent is written, has a purpose and ends within a year.")
