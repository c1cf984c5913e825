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


class BadSettingError(RefusedError):
    """A department, a place or categories do not fit."""

    code = "bad_setting"
    sentence: ClassVar[str | Promise] = _("This does not fit: %(field)s. Nothing was changed.")
