"""What studies refuse."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError

FIELD_NAMES: dict[str, Promise] = {
    "name": _("Name"),
    "title": _("Title"),
    "review": _("Remarks (needed to reject)"),
    "reason": _("Reason"),
    "seed": _("Seed of chance"),
    "runs": _("Number of runs"),
    "days": _("Days in each run"),
    "posts": _("Number of posts"),
    "seconds": _("Search for at most (s)"),
    "units": _("Units to share out"),
    "steps": _("Plans of the front, about"),
}
"""What the pages call the fields that services know by codes."""


class FieldRefusedError(RefusedError):
    """Something wrong with a field; `field` is its code, said by the name the page gives it."""

    def message(self) -> str:
        """The sentence with the field's name."""
        field = str(self.values["field"])
        return str(self.sentence) % {**self.values, "field": FIELD_NAMES.get(field, field)}


class UnknownStudyError(RefusedError):
    """There is no such study."""

    code = "unknown_study"
    status = 404
    sentence = _("There is no such study.")


class UnknownPartError(RefusedError):
    """The study has no such plan, scenario, run or adoption."""

    code = "unknown_part"
    status = 404
    sentence = _("This study has no such plan, scenario or run; it may have been dropped.")


class StudyClosedError(RefusedError):
    """The study is closed."""

    code = "study_closed"
    status = 409
    sentence = _("The study is closed. Open it again to change it.")


class TextNeededError(FieldRefusedError):
    """Something must be said in words."""

    code = "text_needed"
    sentence = _("Write “%(field)s”: it cannot be left empty.")


class UnreadableTextError(FieldRefusedError):
    """Text with a character that cannot be kept, such as NUL."""

    code = "unreadable_text"
    sentence = _("“%(field)s” holds a character that cannot be kept; type it anew.")


class PlanChangedError(RefusedError):
    """Somebody saved the plan since it was read."""

    code = "plan_changed"
    status = 409
    sentence = _(
        "Somebody saved this plan since you opened it, so nothing was saved. What you entered is "
        "still below: look at theirs in another window first; saving now replaces it."
    )


class DocumentRefusedError(RefusedError):
    """A plan or scenario that does not fit; `problem` says where."""

    code = "document_refused"
    sentence = _("%(problem)s Nothing was kept.")


class TooManyError(RefusedError):
    """A limit of a study is reached."""

    code = "too_many"
    status = 409
    sentence = _("A study holds at most %(most)s of these. Drop some, or open another study.")


class TooManyRunsError(RefusedError):
    """A person has as many runs under way as one may have."""

    code = "too_many_runs"
    status = 409
    sentence = _(
        "You have %(most)s runs waiting or being computed. Wait until one is over, or cancel one."
    )


class NothingToRunError(RefusedError):
    """A run needs plans."""

    code = "nothing_to_run"
    sentence = _("Choose at least one plan, and at most %(most)s plans times scenarios.")


class TrialRefusedError(RefusedError):
    """A trial that would be too much or miss what is asked; `problem` says what to change."""

    code = "trial_refused"
    sentence = "%(problem)s"


class QuestionRefusedError(RefusedError):
    """A question that cannot be asked so; `problem` says what to change."""

    code = "question_refused"
    sentence = "%(problem)s"


class WholePlaceOnlyError(RefusedError):
    """Where free units go is one rule for the whole place."""

    code = "whole_place_only"
    sentence = _(
        "Where free units go is one rule for the whole place. Ask in a study of the whole place."
    )


class OutOfRangeError(FieldRefusedError):
    """A number lies outside what is allowed."""

    code = "out_of_range"
    sentence = _("“%(field)s” must lie between %(least)s and %(most)s.")


class NotPossibleNowError(RefusedError):
    """The life cycle does not allow it in the present state."""

    code = "not_possible_now"
    status = 409
    sentence = _("This is not possible any more; look at the present state and try again.")


class NobodyToShareWithError(RefusedError):
    """The person to share with is not there, or may not work on studies in the area."""

    code = "nobody_to_share_with"
    sentence = _("This person does not plan in the area of the study.")


class SecondPersonNeededError(RefusedError):
    """Who proposed a plan cannot approve it."""

    code = "second_person_needed"
    status = 409
    sentence = _("You proposed this plan. Another person with the right must review it.")


class NotTriedError(RefusedError):
    """A plan is adopted on the strength of a trial."""

    code = "not_tried"
    sentence = _("Only a plan that a finished run has tried under “as usual” can be adopted.")


class OutsideAreaError(RefusedError):
    """The plan changes posts outside the study's area."""

    code = "outside_area"
    sentence = _(
        "The plan changes posts outside the area of the study (%(posts)s). Put them back, or ask "
        "in a study of the larger area."
    )


class RelocationElsewhereError(RefusedError):
    """A plan for a part of the place cannot change the rule for the whole of it."""

    code = "relocation_elsewhere"
    sentence = _(
        "The plan was tried with units that become free moved otherwise than by the rule in force. "
        "That rule is one for the whole place: try the plan under it, or ask in a study of the "
        "whole place."
    )


class DoesNotFitError(RefusedError):
    """The plan cannot be put in force in the place as it is now; `problem` says why."""

    code = "does_not_fit"
    sentence = _("The plan cannot be put in force as it is. %(problem)s")


class DayPastError(RefusedError):
    """A plan cannot take effect in the past."""

    code = "day_past"
    sentence = _("Choose today or a later day, at most a year from now.")


class NoGridsBeforeError(RefusedError):
    """Grids to begin with were asked for, and there are none."""

    code = "no_grids_before"
    sentence = _("There are no such grids to begin with. Choose others, or cut afresh.")


class GridsNotForEditingError(RefusedError):
    """What the grids were cut from is not kept, or the posts stand elsewhere now."""

    code = "grids_not_for_editing"
    status = 409
    sentence = _(
        "These grids cannot be edited yet: their figures were not worked out for the posts as they "
        "stand now. Have them worked out first, leaving the grids as they are."
    )


class MoveRefusedError(RefusedError):
    """A move by hand would break something, and was not wanted anyway."""

    code = "move_refused"
    status = 409
    sentence = _("A move would break the grids, so nothing was saved. Take it back first.")


class TooManyMovesError(RefusedError):
    """More moves at once than are kept."""

    code = "too_many_moves"
    sentence = _("At most %(most)s moves are saved at once. Save, then go on.")


class GridsBrokenError(RefusedError):
    """Grids that break a rule are not put in force."""

    code = "grids_broken"
    sentence = _(
        "The grids of the plan are in pieces or break their rules. Mend them on the page of the "
        "plan’s grids, try the plan again, then propose it."
    )


class LastDayError(RefusedError):
    """The last day lies before the first, in the past, or too far ahead."""

    code = "last_day"
    sentence = _(
        "The last day must not lie before the first, nor in the past, and at most three years "
        "after the first."
    )


class WiderPlanEndsError(RefusedError):
    """A plan for a part of the area of a plan in force that has a last day."""

    code = "wider_plan_ends"
    status = 409
    sentence = _(
        "“%(name)s” is in force in a larger area until %(day)s, its last day. Until then no plan "
        "for a part of that area can take effect: choose a later first day, or have that plan "
        "rolled back."
    )
