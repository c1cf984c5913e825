"""What the services of staff refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class UnknownPersonError(RefusedError):
    """There is nobody of this staff number."""

    code = "unknown_person"
    status = 404
    sentence = _("Nobody on the staff has the number “%(staff_id)s”.")


class BadPersonError(RefusedError):
    """What was entered about a person does not fit; `field` says where."""

    code = "bad_person"
    sentence = _(
        "Check “%(field)s”: a member of staff needs a number of letters, digits, dots or hyphens, "
        "a name and an area."
    )


class UnknownPlaceError(RefusedError):
    """There is no such place for this office."""

    code = "unknown_place"
    sentence = _("“%(place)s” is no place at which this office exists.")


class NotForThisPersonError(RefusedError):
    """The person may not hold the office in law."""

    code = "not_for_this_person"
    sentence = _(
        "%(kind)s may not hold the office “%(office)s”, nor deputise in it: it decides, or acts "
        "alone, where only others may (Opinions on auxiliary personnel, Guobanfa (2016) No. 15)."
    )


class OfficeTakenError(RefusedError):
    """Somebody else holds the office then."""

    code = "office_taken"
    status = 409
    sentence = _(
        "%(person)s holds this office from %(first)s to %(last)s. End that appointment first, or "
        "choose other days."
    )


class BadDaysError(RefusedError):
    """The last day lies before the first, or the times are in the past."""

    code = "bad_days"
    sentence = _("The days do not fit: the last one comes before the first, or they are over.")


class LeftByThenError(BadDaysError):
    """The person leaves the service before the last day."""

    code = "left_by_then"
    sentence = _("%(person)s leaves the service after %(day)s; nothing is held beyond that day.")


class PlaceEndsError(BadDaysError):
    """The place ends before the last day."""

    code = "place_ends"
    sentence = _(
        "%(place)s ends with %(day)s, which is on record already. Choose a last day no later than "
        "that."
    )


class NotYourselfError(RefusedError):
    """Somebody appoints, or decides about, the own person."""

    code = "not_yourself"
    status = 403
    sentence = _("Nobody decides this about the own person. Ask somebody else who may.")


class UnknownAppointmentError(RefusedError):
    """There is no such appointment."""

    code = "unknown_appointment"
    status = 404
    sentence = _("There is no such appointment.")


class UnknownLeaveError(RefusedError):
    """There is no such leave."""

    code = "unknown_leave"
    status = 404
    sentence = _("There is no such leave.")


class LeaveNotPossibleError(RefusedError):
    """The leave stands where this cannot be done."""

    code = "leave_not_possible"
    status = 409
    sentence = _("This is not possible any more; the leave has been decided meanwhile.")


class LeaveOverlapsError(RefusedError):
    """The person is on leave then already."""

    code = "leave_overlaps"
    status = 409
    sentence = _("This person is on leave then already. Change that leave, or choose other times.")


class LeaveDuringLevelError(RefusedError):
    """A duty level that ends such leave is in force then."""

    code = "leave_during_level"
    status = 409
    sentence = _(
        "“%(level)s” is in force here until %(until)s and calls people back from such leave. "
        "Choose times after that, or wait until the level is ended."
    )


class LeaveDuringOpenLevelError(LeaveDuringLevelError):
    """The level has no end yet."""

    sentence = _(
        "“%(level)s” is in force here, without an end so far, and calls people back from such "
        "leave. Ask again when the level has ended."
    )


class BadDeputyError(RefusedError):
    """Nobody of this number can deputise then; why is not said, for it may be another's leave."""

    code = "bad_deputy"
    sentence = _(
        "“%(staff_id)s” cannot deputise then: give the staff number of somebody else of the same "
        "organisation who serves throughout and is not away."
    )


class UnknownEntryError(RefusedError):
    """There is no such entry."""

    code = "unknown_entry"
    status = 404
    sentence = _("There is no such entry.")


class BadEntryError(RefusedError):
    """An entry that does not fit; `field` says where."""

    code = "bad_entry"
    sentence = _(
        "Check “%(field)s”: an entry needs a kind, an outcome of that kind and a day not to come."
    )


class TableGoneError(RefusedError):
    """The table that was shown is gone, or somebody else's."""

    code = "table_gone"
    status = 409
    sentence = _("That table is no longer here. Upload it again.")


class TableOvertakenError(RefusedError):
    """Staff or places changed while the table was taken over."""

    code = "table_overtaken"
    status = 409
    sentence = _(
        "Staff or places were changed at the same moment; nothing was taken over. Look at the "
        "table again."
    )


class TableRefusedError(RefusedError):
    """The table has faults; nothing was taken over."""

    code = "table_refused"
    status = 409
    sentence = _("The table has %(faults)s faults by now; nothing was taken over. Look again.")


class HasAccountError(RefusedError):
    """The person has an account, open or closed, or its name is another's."""

    code = "has_account"
    status = 409
    sentence = _(
        "There is an account with the number “%(staff_id)s” already. If it is closed, bring it "
        "back; if the password is forgotten, an administrator sets another."
    )


class InvitationGoneError(RefusedError):
    """The link is unknown, used, replaced by another or too old."""

    code = "invitation_gone"
    status = 404
    sentence = _(
        "This link does not work any more: it was used, replaced by another one, or is too old. "
        "Ask your station for a new one."
    )


class ReasonNeededError(RefusedError):
    """A reason is missing or too long."""

    code = "reason_needed"
    sentence = _("Give a reason, in up to %(most)s characters.")


class AccountNotClosedError(RefusedError):
    """Neither a last day of service nor a closed account is there to be taken back."""

    code = "account_not_closed"
    status = 409
    sentence = _("There is nothing to take back: no last day is set and no account is closed.")
