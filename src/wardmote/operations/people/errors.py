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


class BadDeputyError(RefusedError):
    """The deputy is the person, has left, or is away then."""

    code = "bad_deputy"
    sentence = _(
        "%(person)s cannot deputise then: choose somebody else who serves here and is not away."
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


class TableRefusedError(RefusedError):
    """The table has faults; nothing was taken over."""

    code = "table_refused"
    status = 409
    sentence = _("The table has %(faults)s faults by now; nothing was taken over. Look again.")
