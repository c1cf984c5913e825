"""Why nothing was done about a check, an item, a course, a survey or an appeal."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownRecordError(RefusedError):
    """There is no such row."""

    code = "unknown_record"
    status = 404
    sentence: ClassVar[str | Promise] = _("This is no longer there, or not in your area.")


class NotPossibleError(RefusedError):
    """The life cycle does not allow it now."""

    code = "not_possible_now"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "Somebody was faster: this is not possible any more as things stand. Reload the page."
    )


class NothingToDrawError(RefusedError):
    """Nothing was asked for, or nobody and nothing is there to draw from."""

    code = "nothing_to_draw"
    sentence: ClassVar[str | Promise] = _(
        "There is nothing to draw: ask for at least one, of a kind that this area has."
    )


class TooManyDrawnError(RefusedError):
    """Too many checks or draws were asked for."""

    code = "too_many_drawn"
    sentence: ClassVar[str | Promise] = _(
        "At most %(most)d can be drawn of each kind at once, and %(draws)d times a day in an area."
    )


class FindingsMissingError(RefusedError):
    """Something was not said about an item of the check."""

    code = "findings_missing"
    sentence: ClassVar[str | Promise] = _("Say for each line what was found.")


class WordsMissingError(RefusedError):
    """Something must be said."""

    code = "words_missing"
    sentence: ClassVar[str | Promise] = _("Say in a few words what, or why.")


class AnotherPersonError(RefusedError):
    """Who recorded it, or is concerned, may not decide on it."""

    code = "another_person_needed"
    sentence: ClassVar[str | Promise] = _(
        "Somebody else must do this: nobody decides on what they recorded, or on themselves."
    )


class TermOverError(RefusedError):
    """The term for a reply is over, or not over yet."""

    code = "term_over"
    sentence: ClassVar[str | Promise] = _("The time in which this could be done is over.")


class AnsweredTooLateError(TermOverError):
    """A reply or an appeal came after its term."""

    code = "answered_too_late"
    sentence: ClassVar[str | Promise] = _(
        "This came too late: the time to answer ended on %(until)s. It is not on record."
    )


class BadEntryError(RefusedError):
    """A field does not fit."""

    code = "bad_entry"
    sentence: ClassVar[str | Promise] = _("This does not fit: %(field)s. Nothing was changed.")


class NumberTakenError(RefusedError):
    """Another item has this number."""

    code = "number_taken"
    status = 409
    sentence: ClassVar[str | Promise] = _("Another item has the number %(number)s already.")


class InvitedAlreadyError(RefusedError):
    """An invitation was given out for this service already."""

    code = "invited_already"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "An invitation was given out for this already. Its code is shown only once."
    )


class NotFinishedError(RefusedError):
    """The service is not finished."""

    code = "not_finished"
    sentence: ClassVar[str | Promise] = _("Invite to the survey when the service is finished.")


class InvitationUsedError(RefusedError):
    """The invitation is unknown, was used, or is too old."""

    code = "invitation_used"
    status = 410
    sentence: ClassVar[str | Promise] = _(
        "This invitation was used already or is too old. Thank you all the same."
    )


class AnswersMissingError(RefusedError):
    """Not every question was answered."""

    code = "answers_missing"
    sentence: ClassVar[str | Promise] = _("Choose one answer to each question.")


class SessionFullError(RefusedError):
    """All seats of a session are taken, or it was called off."""

    code = "session_full"
    status = 409
    sentence: ClassVar[str | Promise] = _("This session is full or was called off.")


class PlannedAlreadyError(RefusedError):
    """The turns of this month are planned."""

    code = "planned_already"
    status = 409
    sentence: ClassVar[str | Promise] = _("The turns of this month are planned already.")


class NotTheDayError(RefusedError):
    """What is said to have been has not come, or the month that is planned is over."""

    code = "not_the_day"
    sentence: ClassVar[str | Promise] = _(
        "This can be said once its day has come, and only this month or a later one is planned."
    )


class SessionDayError(RefusedError):
    """A session is called for a day that is over, or too far ahead."""

    code = "session_day"
    sentence: ClassVar[str | Promise] = _(
        "A session is called for a day from today to a year ahead: %(first)s to %(last)s."
    )


class RulesNotFittingError(RefusedError):
    """The rules cannot be read, or their version was published already."""

    code = "rules_not_fitting"
    sentence: ClassVar[str | Promise] = _("These rules do not fit: %(problem)s. Nothing changed.")


class TooLateToPublishError(RefusedError):
    """Rules would judge what has begun already."""

    code = "too_late_to_publish"
    sentence: ClassVar[str | Promise] = _(
        "Rules are published before the period they judge: choose a day after today."
    )


class NoRulesError(RefusedError):
    """No rules were published before the period."""

    code = "no_rules"
    sentence: ClassVar[str | Promise] = _(
        "No rules were published before this period began, so nothing is counted in it."
    )


class TooEarlyError(RefusedError):
    """The fixed day of counting has not come."""

    code = "too_early_to_count"
    sentence: ClassVar[str | Promise] = _("This period is counted from %(day)s on.")


class NobodyToCountError(RefusedError):
    """Nobody on record is to be counted there, or too many."""

    code = "nobody_to_count"
    sentence: ClassVar[str | Promise] = _(
        "Nobody is left to count here: up to %(most)d members of staff in office at the end of the "
        "period, each once, and never oneself."
    )


class AppealedAlreadyError(RefusedError):
    """There is an appeal about this case already."""

    code = "appealed_already"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "An appeal about this case was filed already; see it below."
    )


class TooManyAppealsError(RefusedError):
    """More appeals wait than anybody can decide."""

    code = "too_many_appeals"
    sentence: ClassVar[str | Promise] = _("At most %(most)d appeals can wait on one sheet.")
