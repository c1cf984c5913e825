"""Why nothing was done about duty."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownDutyError(RefusedError):
    """There is no such switch, plan, activation, guard or neighbour, or not for this viewer."""

    code = "unknown_duty"
    status = 404
    sentence = _("This is no longer there, or not in your area.")


class NotPossibleError(RefusedError):
    """The life cycle does not allow it now."""

    code = "not_possible_now"
    status = 409
    sentence = _(
        "Somebody was faster: this is not possible any more as things stand. Reload the page."
    )


class SecondPersonError(RefusedError):
    """Who proposed or wrote it may not approve it."""

    code = "second_person_needed"
    sentence = _("Somebody else must decide this: nobody approves what they proposed themselves.")


class EffectsChangedError(RefusedError):
    """What it would change is no longer what was shown."""

    code = "effects_changed"
    status = 409
    sentence = _("What would change is different by now. Look at it again, then decide.")


class BadLevelError(RefusedError):
    """There is no such level, or it cannot be switched to."""

    code = "bad_level"
    sentence = _("Choose a level of the list above everyday, and an end that is still to come.")


class BadContentError(RefusedError):
    """A plan, a guard or a neighbour does not fit."""

    code = "bad_content"
    sentence = _("This does not fit at %(field)s (%(reason)s). Nothing was changed.")


class CannotStandError(RefusedError):
    """Somebody of a guard would never see the task."""

    code = "cannot_stand"
    sentence = _(
        "May do no tasks there: %(who)s. Choose people with an account who do, or give them a role"
        " or an office there first."
    )


class RoleOfStepError(RefusedError):
    """A step is for another role of the plan."""

    code = "role_of_step"
    status = 409
    sentence = _(
        "This step is for “%(role)s”: who has this role marks it, or who leads duty there."
    )


class KeyReusedError(RefusedError):
    """The same key came for something else."""

    code = "key_reused"
    status = 409
    sentence = _("This form was sent before for something else. Reload the page.")


class WordsNeededError(RefusedError):
    """Something must be said."""

    code = "words_needed"
    sentence = _("Say in a few words why.")


class ParticipantsNeededError(RefusedError):
    """A drill without participants, or with somebody whom the viewer may not name.

    It says the same of a number that nobody has and of one that somebody has elsewhere.
    """

    code = "participants_needed"
    sentence = _(
        "Name who takes part: each by the number of somebody with an account in or around your"
        " area."
    )


class DrillNeededError(RefusedError):
    """A drill call takes drills only, and a real call no drill."""

    code = "drill_needed"
    sentence = _("On a call that is a drill only a drill can be run, and on a real call none.")
