"""Lists of staff: people, places, and the gaps of today and the next thirty days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people import overview, services
from wardmote.operations.people.errors import BadPersonError
from wardmote.operations.people.overview import GapRow, PeopleFilter, PersonRow
from wardmote.operations.people.selectors import names_of
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.once import do_once
from wardmote.web.pages.staff.forms import FindForm, PersonForm
from wardmote.web.pages.staff.words import (
    GAPS,
    PLACE_KINDS,
    WHAT_TO_DO,
    answer_words,
    area_names,
    kind_name,
    language,
    moment,
    named,
    office_name,
    staff_page,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import needs, viewer_of_request

PAGE_SIZE = 50
GAPS_A_PAGE = 50


@require_safe
@needs(Permission.STAFF_VIEW)
@staff_page
def people(request: HttpRequest) -> HttpResponse:
    """The members of staff of the viewer's areas."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    form = FindForm(request.GET or None)
    wanted = _wanted(form)
    page = Paginator(overview.people_seen(viewer, wanted, now_s), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "people": list(_listed(page.object_list, now_s)),
        "query": query.urlencode(),
        "may_edit": viewer.holds_anywhere(Permission.STAFF_EDIT),
    }
    return render(request, "wardmote/staff/people.html", context)


@require_safe
@needs(Permission.STAFF_VIEW)
@staff_page
def people_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered staff as CSV."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    rows = overview.people_seen(viewer, _wanted(FindForm(request.GET)), now_s)
    header = [_("Staff number"), pgettext("person", "Name"), _("Kind"), _("Area"), _("Holds now")]
    lines = (
        [one["number"], one["name"], one["kind"], one["area"], "; ".join(one["offices"])]
        for one in _listed(rows, now_s)
    )
    return _csv(header, lines, "staff.csv")


@require_http_methods(["GET", "POST"])
@needs(Permission.STAFF_EDIT)
@staff_page
def new_person(request: HttpRequest) -> HttpResponse:
    """Put a member of staff on record."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        card = services.PersonCard(
            entered["staff_id"],
            Bilingual(entered["name_zh"], entered["name_en"]),
            StaffKind(entered["kind"]),
            AreaId(entered["area"]),
        )
        try:
            do_once(
                request,
                viewer_of_request(request),
                lambda who, at_s: services.keep_person(who, card, now_s=at_s),
            )
        except BadPersonError as refused:
            field = {"staff_number": "staff_id", "name": "name_zh"}
            form.add_error(field.get(refused.values["field"]), refused.message())
        except RefusedError as refused:
            form.add_error(None, refused.message())
        else:
            messages.success(request, _("Put on record."))
            return redirect("staff-person", staff_id=card.staff_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/staff/new.html", {"form": form}, status=status)


@require_safe
@needs(Permission.STAFF_VIEW)
@staff_page
def place_list(request: HttpRequest) -> HttpResponse:
    """Places by name, to open one."""
    text = request.GET.get("text", "")[:60]
    cards = overview.places_seen(viewer_of_request(request), text, now_s=clock.now_s())
    areas = area_names([card.area for card in cards])
    rows = [
        {
            "kind": card.ref.kind.value,
            "code": card.ref.code,
            "kind_name": PLACE_KINDS[card.ref.kind],
            "name": named(card.name, card.ref.code),
            "area": areas[card.area],
        }
        for card in cards
    ]
    context = {"rows": rows, "text": text, "most": overview.MAX_FOUND}
    return render(request, "wardmote/staff/places.html", context)


@require_safe
@needs(Permission.STAFF_VIEW)
@staff_page
def gap_list(request: HttpRequest) -> HttpResponse:
    """Where nobody answers, now or within thirty days, and what to do about it."""
    found = overview.gaps_seen(viewer_of_request(request), now_s=clock.now_s())
    town = request.GET.get("town", "")
    shown = [row for row in found if not town or row.town == town]
    page = Paginator(shown, GAPS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": f"town={town}" if town.isdigit() else "",
        "rows": list(_gap_rows(page.object_list)),
        "towns": _by_town(found),
        "town": town,
        "now": sum(row.now for row in found),
        "later": sum(not row.now for row in found),
        "days": overview.GAP_DAYS,
    }
    return render(request, "wardmote/staff/gaps.html", context)


@require_safe
@needs(Permission.STAFF_VIEW)
@staff_page
def gap_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The gaps as CSV."""
    found = overview.gaps_seen(viewer_of_request(request), now_s=clock.now_s())
    header = [
        _("Area"), _("Place"), _("Code"), _("Office"), _("From"), _("To"), _("Why"),
        _("What to do"),
    ]  # fmt: skip
    lines = (
        [
            one["town"], one["place"], one["code"], one["office"], one["from"].isoformat(),
            one["to"].isoformat(), one["why"], one["do"],
        ]
        for one in _gap_rows(found)
    )  # fmt: skip
    return _csv(header, lines, "gaps.csv")


def _wanted(form: FindForm) -> PeopleFilter:
    if not form.is_valid():
        return PeopleFilter()
    entered = form.cleaned_data
    return PeopleFilter(entered["text"], entered["kind"], entered["office"], entered["gone"])


def _listed(rows: Iterable[PersonRow], now_s: float) -> Iterator[dict[str, Any]]:
    people_found = list(rows)
    areas = area_names(sorted({row.area for row in people_found}))
    today = local_day(now_s)
    for row in people_found:
        held = [
            office_name(one.office)
            for one in row.appointments.all()
            if not one.withdrawn
            and one.from_day <= today
            and (one.to_day is None or today <= one.to_day)
        ]
        yield {
            "number": row.pk,
            "name": row.name_in(language()),
            "kind": kind_name(row.kind),
            "area": areas[row.area],
            "offices": held,
            "gone": row.left_day,
        }


def _by_town(found: Iterable[GapRow]) -> list[dict[str, Any]]:
    now = Counter(row.town for row in found if row.now)
    later = Counter(row.town for row in found if not row.now)
    towns = sorted({*now, *later})
    names = area_names(towns)
    return [
        {"code": town, "name": names[town], "now": now[town], "later": later[town]}
        for town in towns
    ]


def _gap_rows(found: Iterable[GapRow]) -> Iterator[dict[str, Any]]:
    rows = list(found)
    names = names_of({one for row in rows for one in row.gap.persons}, language())
    towns = area_names(sorted({row.town for row in rows}))
    for row in rows:
        person = row.gap.persons[0] if row.gap.persons else ""
        yield {
            "town": towns[row.town],
            "place": named(row.card.name, row.card.ref.code),
            "kind": row.card.ref.kind.value,
            "code": row.card.ref.code,
            "office": office_name(row.office),
            "office_code": row.office.value,
            "from": moment(row.span.from_s),
            "to": moment(row.span.to_s),
            "now": row.now,
            "reason": GAPS[row.gap.reason],
            "why": answer_words(row.gap, names),
            "do": WHAT_TO_DO[row.gap.reason],
            "person": person,
        }


def _csv(header: list[str], rows: Iterable[list[Any]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
