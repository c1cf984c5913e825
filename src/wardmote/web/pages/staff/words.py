"""The words of staff in the reader's language, and how their pages answer refusals."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.beat.answering import Answer, Because, GapReason, Holder
from wardmote.core.domain.appointment import OFFICES, STAFF_KIND_NAMES, Office, PlaceKind, StaffKind
from wardmote.core.domain.leave import LEAVE_KIND_NAMES, LeaveKind, LeaveState
from wardmote.core.domain.permissions import Role, RoleInArea
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.staff_tables.columns import heading_of
from wardmote.operations.access.disclosures import ROLE_NAMES
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.local_time import local_time
from wardmote.operations.people.errors import (
    UnknownEntryError,
    UnknownPersonError,
    UnknownPlaceError,
)
from wardmote.operations.people.tables import CellFault
from wardmote.operations.places.selectors import division_names
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import viewer_of_request

Params = ParamSpec("Params")
Page = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

PLACE_KINDS: dict[PlaceKind, Promise] = {
    PlaceKind.VILLAGE: gettext_lazy("village or community"),
    PlaceKind.TOWN: gettext_lazy("town"),
    PlaceKind.COUNTY: gettext_lazy("county"),
    PlaceKind.CITY: gettext_lazy("city"),
    PlaceKind.PROVINCE: gettext_lazy("province"),
    PlaceKind.BEAT: gettext_lazy("beat"),
    PlaceKind.POST: gettext_lazy("post"),
}
BECAUSE: dict[Because, Promise] = {
    Because.APPOINTED: gettext_lazy("appointed"),
    Because.ACTING: gettext_lazy("acting"),
    Because.DEPUTY: gettext_lazy("deputises"),
}
GAPS: dict[GapReason, Promise] = {
    GapReason.VACANT: gettext_lazy("nobody is appointed"),
    GapReason.LEAVE_WITHOUT_DEPUTY: gettext_lazy("on leave without a deputy"),
    GapReason.DEPUTY_AWAY: gettext_lazy("the deputy is away too"),
    GapReason.TWO_HOLDERS: gettext_lazy("two people at once"),
    GapReason.OUTSIDE: gettext_lazy("outside every place of this kind"),
}
WHAT_TO_DO: dict[GapReason, Promise] = {
    GapReason.VACANT: gettext_lazy("Appoint somebody, or somebody who acts meanwhile."),
    GapReason.LEAVE_WITHOUT_DEPUTY: gettext_lazy("Name a deputy for this leave."),
    GapReason.DEPUTY_AWAY: gettext_lazy("Name another deputy."),
    GapReason.TWO_HOLDERS: gettext_lazy("End one of the two appointments."),
    GapReason.OUTSIDE: gettext_lazy("Draw the place, or give it to a beat."),
}
LEAVE_STATES: dict[LeaveState, Promise] = {
    LeaveState.ASKED: gettext_lazy("waits for a decision"),
    LeaveState.APPROVED: gettext_lazy("approved"),
    LeaveState.REFUSED: gettext_lazy("refused"),
    LeaveState.WITHDRAWN: pgettext_lazy("leave", "withdrawn"),
    LeaveState.CANCELLED: gettext_lazy("cancelled"),
    LeaveState.RECALLED: gettext_lazy("recalled"),
}
FAULTS: dict[str, Promise] = {
    "needed": gettext_lazy("is empty"),
    "number": gettext_lazy("may have letters, digits, dots, hyphens, up to 40"),
    "name": gettext_lazy("is longer than 60 characters"),
    "kind": gettext_lazy("is no kind of staff"),
    "area_unknown": gettext_lazy("is no division here; give its 12-digit code"),
    "office": gettext_lazy("is no office"),
    "place_needed": gettext_lazy("is empty; an office belongs to a place"),
    "place_unknown": gettext_lazy("is no place at which this office exists"),
    "place_ambiguous": gettext_lazy("is the name of several places; give the code"),
    "date": gettext_lazy("is no date; write it as 2026-01-31"),
    "ends_early": gettext_lazy("comes before the first day"),
    "not_for_this_person": gettext_lazy("may not be held by this kind of staff"),
    "no_right": gettext_lazy("is not yours to change"),
    "yourself": gettext_lazy("is your own: somebody else must change that"),
    "differs": gettext_lazy("is in row %(other)s with other details"),
    "left_by_then": gettext_lazy("goes beyond the last day of service that is on record"),
    "place_ends": gettext_lazy("goes beyond the last day of the place that is on record"),
    "taken": gettext_lazy("has a holder of this office on those days already"),
}


def staff_page(page: Page[Params]) -> Page[Params]:
    """Decorator of a page of staff: answers to what services refuse to show."""

    @functools.wraps(page)
    def answered(
        request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponseBase:
        try:
            return page(request, *args, **kwargs)
        except AccessDeniedError as denied:
            staff = viewer_of_request(request).staff_id
            log_refusal(request, staff, denied.why, purpose=denied.purpose)
            raise PermissionDenied from denied
        except (UnknownPersonError, UnknownPlaceError, UnknownEntryError) as unknown:
            raise Http404 from unknown

    return answered


def language() -> str:
    """The reader's language."""
    return get_language() or ""


def named(name: Bilingual, otherwise: str = "") -> str:
    """A name in the reader's language."""
    return name.in_language(language()) or otherwise


def office_name(office: str) -> str:
    """An office in the reader's language."""
    return named(OFFICES[Office(office)].name)


def kind_name(kind: str) -> str:
    """A kind of staff in the reader's language."""
    return named(STAFF_KIND_NAMES[StaffKind(kind)])


def leave_name(kind: str) -> str:
    """A kind of leave in the reader's language."""
    return named(LEAVE_KIND_NAMES[LeaveKind(kind)])


def role_names(roles: tuple[RoleInArea, ...]) -> list[str]:
    """Roles with their areas."""
    areas = area_names([one.area for one in roles])
    return [f"{ROLE_NAMES[Role(one.role)]} · {areas[one.area]}" for one in roles]


def area_names(codes: list[Any]) -> dict[str, str]:
    """Divisions in the reader's language; the code where there is no name."""
    known = division_names([str(code) for code in codes])
    return {
        str(code): named(Bilingual(*known[code]), str(code)) if code in known else str(code)
        for code in codes
    }


def answer_words(answer: Answer, names: dict[str, str]) -> str:
    """Who answers and why, or why nobody does."""
    if isinstance(answer, Holder):
        who = names.get(answer.person, answer.person)
        because = str(BECAUSE[answer.because])
        if answer.instead_of is not None:
            other = names.get(answer.instead_of, answer.instead_of)
            return _("%(who)s (deputises for %(other)s)") % {"who": who, "other": other}
        return f"{who} ({because})" if answer.because is Because.ACTING else who
    said = str(GAPS[answer.reason])
    people = ", ".join(names.get(one, one) for one in answer.persons)
    return f"{said} ({people})" if people else said


def persons_in(answer: Answer) -> list[str]:
    """Everybody an answer names."""
    if isinstance(answer, Holder):
        return [answer.person, *([] if answer.instead_of is None else [answer.instead_of])]
    return list(answer.persons)


def moment(at_s: float) -> datetime.datetime:
    """Local wall-clock time."""
    return local_time(at_s)


def fault_words(fault: CellFault) -> dict[str, Any]:
    """A fault of a table as its row, the heading of its column, what the cell says, and why."""
    words = str(FAULTS[fault.code])
    if fault.code == "differs":
        words %= {"other": fault.other_row}
    elif fault.other_row:
        words += " " + _("(row %(other)s)") % {"other": fault.other_row}
    return {
        "row": fault.row,
        "column": heading_of(fault.column, language()),
        "value": fault.value,
        "why": words,
    }
