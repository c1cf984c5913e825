"""Why nothing was done about a hazard."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownHazardError(RefusedError):
    """There is no such hazard, part or request."""

    code = "unknown_hazard"
    status = 404
    sentence: ClassVar[str | Promise] = _("This is no longer there, or not in your area.")


class NotPossibleError(RefusedError):
    """The life cycle does not allow it now."""

    code = "not_possible_now"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "Somebody was faster: this is not possible any more as things stand. Reload the page."
    )


class OutsideError(RefusedError):
    """The place lies outside every area of this deployment."""

    code = "outside"
    sentence: ClassVar[str | Promise] = _(
        "This place lies outside the area that is looked after here. Check the position."
    )


class UnknownCategoryError(RefusedError):
    """The category is not one of those in force."""

    code = "unknown_category"
    sentence: ClassVar[str | Promise] = _("Choose one of the kinds of hazards in the list.")


class WordsNeededError(RefusedError):
    """Something must be said."""

    code = "words_needed"
    sentence: ClassVar[str | Promise] = _("Say in a few words why, or what is to be done.")


class ProofMissingError(RefusedError):
    """No picture was handed in since the part was given or returned."""

    code = "proof_missing"
    sentence: ClassVar[str | Promise] = _(
        "Add at least one new picture that shows what was put right."
    )


class SecondPersonError(RefusedError):
    """Who handed in the proof, or belongs to the department, may not check it."""

    code = "second_person_needed"
    sentence: ClassVar[str | Promise] = _(
        "Somebody else must check this: nobody checks what their own side has put right."
    )


class OfficerPassesError(RefusedError):
    """Passing a part that was raised to a higher level ends an order: an officer does that."""

    code = "officer_passes"
    sentence: ClassVar[str | Promise] = _(
        "This rectification was ordered at a higher level: a police officer must pass it. You may "
        "return it for rework, or ask the officer to look."
    )


class TooFarError(RefusedError):
    """The re-check was not recorded at the hazard's place."""

    code = "too_far"
    sentence: ClassVar[str | Promise] = _(
        "You are %(distance)d m from the hazard; at most %(most)d m count as on the spot. Go "
        "there, or choose the reason why this cannot be."
    )


class PositionNeededError(RefusedError):
    """The re-check came without a position."""

    code = "position_needed"
    sentence: ClassVar[str | Promise] = _(
        "Send your position with the re-check, or choose the reason why this cannot be."
    )


class NobodyChosenError(RefusedError):
    """No department and no owner was chosen, or one that cannot be."""

    code = "nobody_chosen"
    sentence: ClassVar[str | Promise] = _(
        "Choose at least one department of this area that does not have the hazard yet, or name an "
        "owner."
    )


class TermRefusedError(RefusedError):
    """The term or the day asked for does not fit."""

    code = "bad_term"
    sentence: ClassVar[str | Promise] = _(
        "This time does not fit: ask before the deadline, for a later one, at most %(most)d days "
        "after it."
    )


class DeclinedTooLateError(RefusedError):
    """The deadline is over: who has the part cannot hand it back any more."""

    code = "declined_too_late"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "The deadline is over, so it cannot be given back from here. Whoever gave it to you can "
        "take it back with a reason; it then counts as late."
    )


class AskedAlreadyError(RefusedError):
    """More time was asked for and not decided on yet."""

    code = "asked_already"
    status = 409
    sentence: ClassVar[str | Promise] = _("More time was asked for already. Wait for the answer.")


class TooManyReportsError(RefusedError):
    """Too many reports came from one place within an hour."""

    code = "too_many_reports"
    status = 429
    sentence: ClassVar[str | Promise] = _(
        "Many reports have come from this place within the hour. Please try again later; in "
        "danger, call 110 or 119."
    )


class BadMergeError(RefusedError):
    """The hazard to merge into cannot take it."""

    code = "bad_merge"
    sentence: ClassVar[str | Promise] = _(
        "Give the number of another hazard in your area that is still open."
    )


class UnknownMembersError(RefusedError):
    """Members of a department without an account."""

    code = "unknown_members"
    sentence = _(
        "Nobody with the staff number %(members)s has an account. Correct it, or open an account "
        "first. Nothing was changed."
    )


class BadSettingError(RefusedError):
    """A department, a place or categories do not fit."""

    code = "bad_setting"
    sentence: ClassVar[str | Promise] = _("This does not fit: %(field)s. Nothing was changed.")
