"""What calls refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownIncidentError(RefusedError):
    """There is no such call, or the viewer may not know of it."""

    code = "unknown_incident"
    status = 404
    sentence = _("There is no such call.")


class IncidentTransitionError(RefusedError):
    """The life cycle of a call does not allow this."""

    code = "not_possible_now"
    status = 409
    sentence = _("This is not possible while the call is “%(state)s”. Look at the call again.")


class StaleVersionError(RefusedError):
    """Somebody else changed the call meanwhile."""

    code = "changed_meanwhile"
    status = 409
    sentence = _("Somebody else changed this call meanwhile. Look at it again and repeat.")


class UnknownCategoryError(RefusedError):
    """The category is not in the tree, or only groups others."""

    code = "unknown_category"
    sentence = _("“%(category)s” is not a category that a call can have. Choose one from the list.")


class UnknownChannelError(RefusedError):
    """The channel is unknown."""

    code = "unknown_channel"
    sentence = _("“%(channel)s” is not a way in which calls come in.")


class BadCoordinatesError(RefusedError):
    """The coordinates are not on the earth, or only one is given."""

    code = "bad_coordinates"
    sentence = _("The coordinates are not a place. Give longitude and latitude in degrees.")


class BadTimeError(RefusedError):
    """A time lies in the future or too far back."""

    code = "bad_time"
    sentence = _("The time lies in the future or too far in the past. Check the clock.")


class BadIdError(RefusedError):
    """An id made by the client does not have the right shape, or belongs to another call."""

    code = "bad_id"
    sentence = _("This call cannot be taken down under that id. Start a new one.")


class ReasonNeededError(RefusedError):
    """A reason code is missing or unknown."""

    code = "reason_needed"
    sentence = _("Choose a reason from the list.")


class DispositionNeededError(RefusedError):
    """A call is closed with a disposition code."""

    code = "disposition_needed"
    sentence = _("Choose how the call was dealt with before closing it.")


class AlarmLevelError(RefusedError):
    """The run card of the call has no such alarm level."""

    code = "unknown_alarm_level"
    sentence = _("This sort of call has the alarm levels 1 to %(highest)s. Choose one of them.")


class CannotLinkError(RefusedError):
    """The two calls cannot be linked."""

    code = "cannot_link"
    status = 409
    sentence = _("These calls cannot be linked. Link to a call that is open and not itself linked.")


class EmptyNoteError(RefusedError):
    """The note has no text or is too long."""

    code = "bad_note"
    sentence = _("Write a note of at most %(limit)s characters.")


class UnknownLocationRequestError(RefusedError):
    """The short link is unknown, used or expired."""

    code = "unknown_link"
    status = 404
    sentence = _("This link is no longer valid. Ask the control room for a new one.")
