"""One place: who holds which office there now, who it was when, and appointing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.beat.answering import Gap, Holder
from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people import overview, services
from wardmote.operations.people.overview import OfficeAtPlace
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.attempts import attempt_once
from wardmote.web.pages.staff.forms import AppointForm, LastDayForm
from wardmote.web.pages.staff.words import (
    PLACE_KINDS,
    answer_words,
    area_names,
    language,
    moment,
    named,
    office_name,
    persons_in,
    staff_page,
)
from wardmote.web.viewers import needs, viewer_of_request


@require_http_methods(["GET", "POST"])
@needs(Permission.STAFF_VIEW)
@staff_page
def place(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """A place; a POST appoints somebody or ends an appointment."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    page = overview.place_page(viewer, kind, code, now_s=now_s)
    mine = [one.office for one in page.offices if one.may_appoint]
    sent = request.POST.get("form", "")
    first = {"office": request.GET.get("office", ""), "from_day": local_day(now_s)}
    form = AppointForm(request.POST if sent == "appoint" else None, offices=mine, initial=first)
    if request.method == "POST" and _changed(request, code, form):
        return redirect("staff-place", kind=kind, code=code)
    persons = {one for row in page.offices for span in row.spans for one in persons_in(span.answer)}
    persons |= {held.person for row in page.offices for held in row.appointed}
    names = names_of(persons, language())
    context = {
        "card": page.card,
        "name": named(page.card.name, page.card.ref.code),
        "kind": PLACE_KINDS[page.card.ref.kind],
        "area": area_names([page.card.area])[page.card.area],
        "offices": [_office(row, names) for row in page.offices],
        "form": form if mine else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/staff/place.html", context, status=status)


def _changed(request: HttpRequest, code: str, form: AppointForm) -> bool:
    if request.POST.get("form") == "end":
        end = LastDayForm(request.POST)
        if end.is_valid():
            last, appointment = end.cleaned_data["last_day"], request.POST.get("id", "")
            attempt_once(
                request,
                lambda who, at_s: services.end_appointment(who, appointment, last, now_s=at_s),
                _("The appointment ends with that day."),
            )
        return True
    if not form.is_valid():
        return False
    entered = form.cleaned_data
    new = services.NewAppointment(
        entered["staff_id"].strip(),
        Office(entered["office"]),
        code,
        entered["from_day"],
        entered["to_day"],
        entered["acting"],
    )
    return attempt_once(
        request, lambda who, at_s: services.appoint(who, new, now_s=at_s), _("Appointed.")
    )


def _office(row: OfficeAtPlace, names: dict[str, str]) -> dict[str, Any]:
    rule = OFFICES[row.office]
    return {
        "name": office_name(row.office),
        "code": row.office.value,
        "now": answer_words(row.now, names),
        "gap": isinstance(row.now, Gap),
        "person": row.now.person if isinstance(row.now, Holder) else "",
        "needed": bool(rule.needed_at),
        "spans": [
            {
                "from": moment(span.from_s),
                "to": moment(span.to_s),
                "gap": isinstance(span.answer, Gap),
                "words": answer_words(span.answer, names),
            }
            for span in reversed(row.spans)
        ],
        "appointed": [
            {
                "id": one.appointment_id,
                "person": one.person,
                "who": names.get(one.person, one.person),
                "from": moment(one.from_s),
                "to": None if one.to_s is None else moment(one.to_s - 1.0),
                "acting": one.acting,
            }
            for one in row.appointed
        ],
        "may_appoint": row.may_appoint,
    }
