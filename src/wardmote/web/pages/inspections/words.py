"""The words of inspections in the reader's language, and how their pages answer refusals."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from wardmote.core.beat.grid_check import Standing
from wardmote.core.domain.equipment import DueKind, FaultAction, FaultState, HolderKind
from wardmote.core.domain.inspection import (
    CheckItem,
    CheckState,
    DropReason,
    Finding,
    Stratum,
)
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.survey import Answer, ServiceKind
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections.errors import UnknownRecordError
from wardmote.operations.inspections.selectors import CheckRow, ItemRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places.boundary_lookup import post_names
from wardmote.operations.units.selectors import units_by_id
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.once import form_key
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import viewer_of_request

Params = ParamSpec("Params")
Page = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

STRATA: dict[str, Promise] = {
    Stratum.POST.value: pgettext_lazy("spot check", "posts"),
    Stratum.VEHICLE.value: pgettext_lazy("spot check", "vehicles on duty"),
    Stratum.EQUIPMENT.value: pgettext_lazy("spot check", "equipment"),
    Stratum.PERSON.value: pgettext_lazy("spot check", "people in office"),
}
CHECK_STATES: dict[str, Promise] = {
    CheckState.DRAWN.value: pgettext_lazy("spot check", "drawn"),
    CheckState.UNDER_WAY.value: pgettext_lazy("spot check", "under way"),
    CheckState.RECORDED.value: pgettext_lazy("spot check", "recorded, reply possible"),
    CheckState.REPLIED.value: pgettext_lazy("spot check", "replied, to be decided"),
    CheckState.UPHELD.value: pgettext_lazy("spot check", "upheld"),
    CheckState.CORRECTED.value: pgettext_lazy("spot check", "corrected"),
    CheckState.DROPPED.value: pgettext_lazy("spot check", "not made"),
}
ITEMS: dict[str, Promise] = {
    CheckItem.PRESENT.value: gettext_lazy("Present"),
    CheckItem.IN_GRID.value: gettext_lazy("In the grid"),
    CheckItem.EQUIPMENT_COMPLETE.value: gettext_lazy("Equipment complete"),
    CheckItem.EQUIPMENT_WORKING.value: gettext_lazy("Equipment working"),
}
FINDINGS: dict[str, Promise] = {
    Finding.YES.value: pgettext_lazy("finding", "yes"),
    Finding.NO.value: pgettext_lazy("finding", "no"),
    Finding.NOT_SEEN.value: pgettext_lazy("finding", "could not be seen"),
}
STANDINGS: dict[str, Promise] = {
    Standing.INSIDE.value: pgettext_lazy("grid", "inside"),
    Standing.OUTSIDE.value: pgettext_lazy("grid", "outside"),
    Standing.UNSURE.value: pgettext_lazy("grid", "cannot be said: the boundary is within reach"),
}
DROPS: dict[str, Promise] = {
    DropReason.OFF_DUTY.value: gettext_lazy("off duty"),
    DropReason.ON_A_CALL.value: gettext_lazy("on a call"),
    DropReason.OUT_OF_REACH.value: gettext_lazy("out of reach"),
    DropReason.NO_LONGER_THERE.value: gettext_lazy("no longer there"),
    DropReason.NOT_IN_TIME.value: pgettext_lazy("spot check", "not made in time"),
}
HOLDERS: dict[str, Promise] = {
    HolderKind.PERSON.value: pgettext_lazy("holder", "person"),
    HolderKind.UNIT.value: pgettext_lazy("holder", "unit"),
    HolderKind.POST.value: pgettext_lazy("holder", "post"),
}
FAULT_STATES: dict[str, Promise] = {
    FaultState.OPEN.value: pgettext_lazy("fault", "open"),
    FaultState.REPAIR.value: pgettext_lazy("fault", "in repair"),
    FaultState.FIXED.value: pgettext_lazy("fault", "fixed"),
    FaultState.WRITTEN_OFF.value: pgettext_lazy("fault", "written off"),
}
FAULT_ACTIONS: dict[str, Promise] = {
    FaultAction.SEND.value: pgettext_lazy("fault", "Send to repair"),
    FaultAction.FIX.value: pgettext_lazy("fault", "Fixed"),
    FaultAction.FAIL.value: pgettext_lazy("fault", "Repair failed"),
    FaultAction.WRITE_OFF.value: pgettext_lazy("fault", "Write off"),
}
COLUMN_NAMES: dict[str, Promise] = {
    "number": gettext_lazy("Number"),
    "kind": gettext_lazy("Kind"),
    "area": gettext_lazy("Area (12 digits)"),
    "holder_kind": gettext_lazy("Held by a"),
    "holder": gettext_lazy("Number of the holder"),
    "expires": gettext_lazy("Good until"),
    "every_days": gettext_lazy("Look at it every … days"),
}
"""What a column of the table of equipment holds."""
STEPS: dict[str, Promise] = {
    "enter": gettext_lazy("entered"),
    "change": gettext_lazy("changed"),
    "hand": gettext_lazy("given to another holder"),
    "look": gettext_lazy("looked at"),
    "fault": gettext_lazy("fault reported"),
    **FAULT_ACTIONS,
}
DUES: dict[str, Promise] = {
    DueKind.EXPIRY.value: gettext_lazy("expired from"),
    DueKind.INSPECTION.value: gettext_lazy("inspection due"),
}
SERVICES: dict[str, Promise] = {
    ServiceKind.CALL.value: pgettext_lazy("survey", "call"),
    ServiceKind.TASK.value: pgettext_lazy("survey", "visit or task"),
    ServiceKind.HAZARD.value: pgettext_lazy("survey", "hazard"),
}
ANSWERS: dict[str, Promise] = {
    Answer.YES.value: pgettext_lazy("answer", "yes"),
    Answer.PARTLY.value: pgettext_lazy("answer", "partly"),
    Answer.NO.value: pgettext_lazy("answer", "no"),
    Answer.CANNOT_SAY.value: pgettext_lazy("answer", "I cannot say"),
}
FAULTS: dict[str, Promise] = {
    "encoding": gettext_lazy("the file is not UTF-8 text"),
    "columns": gettext_lazy("the columns do not fit"),
    "too_long": gettext_lazy("the table has too many rows"),
    "twice": gettext_lazy("this number stands in two rows"),
    "right": gettext_lazy("this is not in your area"),
    "value": gettext_lazy("this value does not fit"),
}


def inspections_page(*permissions: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page here: one of the rights (none: everybody who is logged in)."""

    def decorate(page: Page[Params]) -> Page[Params]:
        @functools.wraps(page)
        def answered(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            viewer = viewer_of_request(request)
            if permissions and not any(viewer.holds_anywhere(one) for one in permissions):
                raise PermissionDenied
            try:
                return page(request, *args, **kwargs)
            except AccessDeniedError as denied:
                log_refusal(request, viewer.staff_id, denied.why, purpose=denied.purpose)
                raise PermissionDenied from denied
            except UnknownRecordError as unknown:
                raise Http404 from unknown

        return answered

    return decorate


def text_of(request: HttpRequest, field: str) -> str:
    """What was sent, without NUL: databases take no such text."""
    return request.POST.get(field, "").replace("\0", "").strip()


def day_asked(request: HttpRequest, field: str, otherwise: datetime.date) -> datetime.date:
    """A day in the address; `otherwise` where there is none that can be read."""
    try:
        return datetime.date.fromisoformat(request.GET.get(field, ""))
    except ValueError:
        return otherwise


def today() -> datetime.date:
    """The local day now."""
    return local_day(clock.now_s())


def holder_names(holders: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Who or what has something, by kind and id: three look-ups for a whole page.

    In the reader's language; the id where there is no name.
    """
    language = get_language() or ""
    wanted = set(holders)
    ids = {kind: {holder for one, holder in wanted if one == kind} for kind in HOLDERS}
    units = units_by_id(sorted(ids[HolderKind.UNIT.value]))
    posts = post_names(ids[HolderKind.POST.value])
    people = names_of(ids[HolderKind.PERSON.value], language)
    found: dict[tuple[str, str], str] = {}
    for kind, holder in wanted:
        name = people.get(holder, "")
        if kind == HolderKind.UNIT.value:
            name = units[holder].call_sign if holder in units else ""
        elif kind == HolderKind.POST.value:
            name = posts[holder].in_language(language) if holder in posts else ""
        found[(kind, holder)] = name or holder
    return found


def holder_name(kind: str, holder: str) -> str:
    """Who or what has something; for one."""
    return holder_names([(kind, holder)])[(kind, holder)]


_HOLDER_OF = {Stratum.POST.value: "post", Stratum.VEHICLE.value: "unit"}


def subject_names(
    subjects: Iterable[tuple[str, str]], items: dict[str, str]
) -> dict[tuple[str, str], str]:
    """What or who was drawn, by stratum and id; `items`: numbers of items of equipment by id."""
    wanted = set(subjects)
    holders = {
        (stratum, subject): (_HOLDER_OF.get(stratum, "person"), subject)
        for stratum, subject in wanted
        if stratum != Stratum.EQUIPMENT.value
    }
    names = holder_names(holders.values())
    return {
        one: names[holders[one]] if one in holders else items.get(one[1], one[1]) for one in wanted
    }


def item_name(row: ItemRow) -> str:
    """An item as lists call it."""
    return f"{row.kind} {row.number}"


def check_line(row: CheckRow, items: dict[str, str]) -> dict[str, object]:
    """What every list says of a check."""
    return check_lines([row], items)[0]


def check_lines(rows: Iterable[CheckRow], items: dict[str, str]) -> list[dict[str, object]]:
    """Checks as lists show them; as many look-ups for many as for one."""
    known = list(rows)
    subjects = subject_names(((row.stratum, row.subject) for row in known), items)
    areas = area_names(row.area for row in known)
    return [
        {
            "row": row,
            "stratum": STRATA[row.stratum],
            "subject": subjects[(row.stratum, row.subject)],
            "area": areas[row.area],
            "state": CHECK_STATES[row.state],
            "findings": [
                (ITEMS[one], FINDINGS[found], found) for one, found in row.findings.items()
            ],
            "dropped": DROPS.get(row.dropped_for, ""),
        }
        for row in known
    ]


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page with the links that its reader may follow."""
    viewer = viewer_of_request(request)
    inspects = viewer.holds_anywhere(Permission.INSPECTION_VIEW)
    surveys = inspects or any(
        viewer.holds_anywhere(one)
        for one in (Permission.SURVEY_ISSUE, Permission.REPORT_VIEW, Permission.UNIT_CREW)
    )
    links = {"inspects": inspects, "surveys": surveys, "key": form_key()}
    return render(request, template, context | links, status=status)
