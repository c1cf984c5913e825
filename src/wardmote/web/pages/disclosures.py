"""The record of looks at personal data: search, page through, download. For auditors.

Reading it is written down in the same record: once for each page that is opened, and once for
each download (ASVS 5.0 V16.3.2 asks at level 3 that reading what is sensitive be logged).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.codes import CodeList, names_of
from wardmote.core.domain.permissions import Permission, Role
from wardmote.operations.access.disclosures import (
    ROLE_NAMES,
    DisclosureFilter,
    DisclosureRow,
    disclosures,
)
from wardmote.operations.access.services import record_reading_of_disclosures
from wardmote.operations.incidents.history import ids_with_number
from wardmote.operations.incidents.selectors import find_many
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time, midnight_s
from wardmote.operations.people import selectors as people
from wardmote.operations.places.selectors import division_names
from wardmote.web.spreadsheets import csv_lines, workbook
from wardmote.web.viewers import needs, viewer_of_request

PAGE_SIZE = 50
MAX_DOWNLOAD = 50_000

SUBJECTS: dict[str, Promise] = {
    "hazard": gettext_lazy("Reporter or owner of hazard %(subject)s"),
    "patrol_positions": gettext_lazy("Positions on patrol of %(subject)s"),
    "staff_record": gettext_lazy("Record of %(subject)s"),
}
"""What was looked at where it is no call, by the kind of subject."""
OTHER_PURPOSES: dict[str, Promise] = {
    "adherence": gettext_lazy("How an order was walked"),
    "safety": gettext_lazy("Safety of whoever is out there"),
    "staff_matter": gettext_lazy("Staff matter"),
}
OF_STAFF = ("patrol_positions", "staff_record")
"""Kinds of subjects whose id is a staff number."""
_DAY_INPUT = forms.DateInput(attrs={"type": "date"})


class DisclosureForm(forms.Form):
    """What the reader looks for."""

    person = forms.CharField(label=gettext_lazy("Who looked"), max_length=60, required=False)
    number = forms.CharField(label=gettext_lazy("Call number"), max_length=60, required=False)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY_INPUT)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=_DAY_INPUT)
    readings = forms.BooleanField(label=gettext_lazy("Also readings of this list"), required=False)

    def filter(self) -> DisclosureFilter:
        """The filter that was entered; the form must be valid."""
        entered = self.cleaned_data
        first, last = entered["first"], entered["last"]
        after = None if last is None else last + datetime.timedelta(days=1)
        person, number = entered["person"].strip(), entered["number"].strip()
        return DisclosureFilter(
            start_s=None if first is None else midnight_s(first),
            end_s=None if after is None else midnight_s(after),
            staff=(person, *people.staff_matching(person)) if person else None,
            incidents=ids_with_number(number) if number else None,
            readings=entered["readings"],
        )


@dataclass(frozen=True, slots=True)
class ListedLook:
    """A look as the list shows it; `number` is empty for a reading of the list itself.

    Attributes:
        about: what was looked at where it is no call.
    """

    at: datetime.datetime
    who: str
    staff_id: str
    role: str
    area: str
    purpose: str
    incident: str
    number: str
    about: str = ""


@require_safe
@needs(Permission.DISCLOSURE_VIEW)
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """The looks in the viewer's areas, newest first."""
    form = DisclosureForm(request.GET)
    wanted = form.filter() if form.is_valid() else DisclosureFilter()
    with transaction.atomic():
        page = Paginator(disclosures(viewer_of_request(request), wanted), PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        looks = _listed(list(page.object_list))
        record_reading_of_disclosures(viewer_of_request(request), clock.now_s())
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "looks": looks, "page": page, "query": query.urlencode()}
    return render(
        request, "wardmote/disclosures/list.html", context, status=200 if form.is_valid() else 422
    )


@require_safe
@needs(Permission.DISCLOSURE_VIEW)
def disclosure_list_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered looks as CSV."""
    form = DisclosureForm(request.GET)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    lines = csv_lines(_header(), _rows(_read(request, form)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="disclosures.csv"'
    return response


@require_safe
@needs(Permission.DISCLOSURE_VIEW)
def disclosure_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered looks as a workbook."""
    form = DisclosureForm(request.GET)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    body = workbook(_("Disclosures"), _header(), _rows(_read(request, form)))
    response = HttpResponse(
        body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="disclosures.xlsx"'
    return response


def _read(request: HttpRequest, form: DisclosureForm) -> list[ListedLook]:
    viewer = viewer_of_request(request)
    with transaction.atomic():
        looks = _listed(list(disclosures(viewer, form.filter())[:MAX_DOWNLOAD]))
        record_reading_of_disclosures(viewer, clock.now_s())
    return looks


def _header() -> list[str]:
    return [
        _("When"),
        _("Who looked"),
        _("Staff number"),
        _("Role"),
        _("Area"),
        _("Purpose"),
        _("Call number"),
    ]


def _rows(looks: Iterable[ListedLook]) -> Iterator[list[str]]:
    for look in looks:
        yield [
            look.at.isoformat(),
            look.who,
            look.staff_id,
            look.role,
            look.area,
            look.purpose,
            look.number or look.about or _("this list itself"),
        ]


def _listed(rows: list[DisclosureRow]) -> list[ListedLook]:
    language = get_language() or ""
    concerned = {row.subject for row in rows if row.subject_kind in OF_STAFF}
    names = people.names_of({row.staff_id for row in rows} | concerned, language)
    areas = division_names(sorted({row.area for row in rows}))
    calls = find_many({row.incident for row in rows if row.incident})
    purposes = {
        code: name.in_language(language) for code, name in names_of(CodeList.PURPOSE).items()
    }
    at = 0 if language.startswith("zh") else 1
    return [
        ListedLook(
            at=local_time(row.at_s),
            who=names.get(row.staff_id, row.staff_id),
            staff_id=row.staff_id,
            role=str(ROLE_NAMES[Role(row.role)]) if row.role else "",
            area=areas[row.area][at] or row.area if row.area in areas else row.area,
            purpose=str(OTHER_PURPOSES.get(row.purpose) or purposes.get(row.purpose, row.purpose)),
            incident=row.incident,
            number=calls[row.incident].number if row.incident in calls else row.incident,
            about=_about(row, names),
        )
        for row in rows
    ]


def _about(row: DisclosureRow, names: dict[str, str]) -> str:
    """What was looked at where it is no call; a kind without words here is named by its code."""
    if not row.subject_kind:
        return ""
    words = SUBJECTS.get(row.subject_kind)
    if words is None:
        return row.subject_kind
    return str(words) % {"subject": names.get(row.subject, row.subject)}
