"""The list of hazards: search, page through, download; and what departments have to do."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import selectors
from wardmote.operations.hazards.selectors import HazardFilter, HazardRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time, midnight_s
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.hazards.words import (
    CHANNELS,
    STATES,
    category_choices,
    department_name,
    hazards_page,
    part_line,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 50
MAX_DOWNLOAD = 50_000
CHUNK = 500
"""Hazards that are read at once for a download."""
_DAY_INPUT = forms.DateInput(attrs={"type": "date"})


class HazardFilterForm(forms.Form):
    """What the reader looks for."""

    text = forms.CharField(label=gettext_lazy("Number or place"), max_length=60, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY_INPUT)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=_DAY_INPUT)
    late = forms.BooleanField(label=gettext_lazy("past the deadline"), required=False)
    repeated = forms.BooleanField(label=gettext_lazy("repeats an earlier one"), required=False)
    raised = forms.BooleanField(label=gettext_lazy("raised to a higher level"), required=False)

    def __init__(self, data: Any, viewer: Viewer) -> None:
        super().__init__(data)
        choices: dict[str, list[tuple[str, Any]]] = {
            "state": [("open", pgettext_lazy("hazard", "open")), *STATES.items()],
            "category": category_choices(),
            "department": [
                (row.code, department_name(row)) for row in selectors.departments_seen(viewer)
            ],
        }
        for field, known in choices.items():
            self.fields[field].choices = [  # type: ignore[attr-defined]  # a choice field
                ("", _("any")),
                *known,
            ]

    def filter(self) -> HazardFilter:
        """The filter that was entered; the form must be valid."""
        entered = self.cleaned_data
        first, last = entered["first"], entered["last"]
        after = None if last is None else last + datetime.timedelta(days=1)
        return HazardFilter(
            state=entered["state"],
            category=entered["category"],
            department=entered["department"],
            text=entered["text"].replace("\0", "").strip(),
            start_s=None if first is None else midnight_s(first),
            end_s=None if after is None else midnight_s(after),
            late_at_s=clock.now_s() if entered["late"] else None,
            repeated=entered["repeated"],
            raised=entered["raised"],
        )


@require_safe
@hazards_page(Permission.HAZARD_VIEW, Permission.HAZARD_REPORT)
def hazard_list(request: HttpRequest) -> HttpResponse:
    """The hazards that the viewer may see, newest first."""
    viewer = viewer_of_request(request)
    form = HazardFilterForm(request.GET, viewer)
    wanted = form.filter() if form.is_valid() else HazardFilter()
    rows = selectors.hazards_seen(viewer, wanted)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "hazards": listed(page.object_list),
        "page": page,
        "query": query.urlencode(),
        "reports": viewer.holds_anywhere(Permission.HAZARD_REPORT),
        "views": viewer.holds_anywhere(Permission.HAZARD_VIEW),
        "raised": selectors.raised_count(viewer),
        "most": MAX_DOWNLOAD,
    }
    status = 200 if form.is_valid() else 422
    return render(request, "wardmote/hazards/list.html", context, status=status)


@require_safe
@hazards_page(Permission.HAZARD_VIEW, Permission.HAZARD_REPORT)
def hazard_list_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered hazards as CSV."""
    viewer = viewer_of_request(request)
    form = HazardFilterForm(request.GET, viewer)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    return csv_answer(selectors.hazards_seen(viewer, form.filter()))


def csv_answer(rows: QuerySet[HazardRow]) -> HttpResponseBase:
    """Hazards as a CSV file, a line for each part, or one where it has none."""
    header = [
        *(_("Number"), _("Reported"), _("Category"), _("Area"), _("Place"), _("State")),
        *(_("Reported by"), _("Department"), _("Part"), _("Deadline"), _("First deadline")),
        *(_("Returned"), _("Level")),
    ]
    response = StreamingHttpResponse(
        csv_lines(header, _csv_rows(rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="hazards.csv"'
    return response


def _csv_rows(rows: QuerySet[HazardRow]) -> Iterator[list[Any]]:
    now_s = clock.now_s()
    names = dict(category_choices())
    areas: dict[str, str] = {}
    read = itertools.islice(rows.iterator(chunk_size=CHUNK), MAX_DOWNLOAD)
    while chunk := list(itertools.islice(read, CHUNK)):
        areas |= area_names({row.area for row in chunk} - areas.keys())
        for hazard in chunk:
            about = [
                hazard.number,
                local_time(hazard.reported_s).isoformat(timespec="seconds"),
                names.get(hazard.category, hazard.category),
                areas[hazard.area],
                hazard.place,
                STATES[hazard.state],
                CHANNELS[hazard.channel],
            ]
            yield from _csv_parts(hazard, about, now_s)


def _csv_parts(hazard: HazardRow, about: list[Any], now_s: float) -> Iterator[list[Any]]:
    """A line for each part of a hazard, or one where it has none."""
    parts = [part_line(part, now_s) for part in hazard.parts.all()]
    for line in parts:
        row = line["row"]
        first = local_time(row.first_deadline_s).isoformat(timespec="seconds")
        yield [
            *(*about, line["who"], line["state"]),
            *(line["deadline"].isoformat(timespec="seconds"), first, row.returns, row.level),
        ]
    if not parts:
        yield [*about, "", "", "", "", "", ""]


def listed(rows: Iterable[HazardRow]) -> list[dict[str, Any]]:
    """Hazards as lists show them."""
    now_s, shown = clock.now_s(), list(rows)
    names, areas = dict(category_choices()), area_names(row.area for row in shown)
    return [
        {
            "row": row,
            "reported": local_time(row.reported_s),
            "category": names.get(row.category, row.category),
            "area": areas[row.area],
            "state": STATES[row.state],
            "channel": CHANNELS[row.channel],
            "parts": [part_line(part, now_s) for part in row.parts.all()],
        }
        for row in shown
    ]


@require_safe
@hazards_page(Permission.HAZARD_RECTIFY)
def department_hazards(request: HttpRequest) -> HttpResponse:
    """What the viewer's departments have to put right, the most urgent first."""
    now_s = clock.now_s()
    viewer = viewer_of_request(request)
    parts = selectors.department_work(viewer)
    names, areas = dict(category_choices()), area_names(part.hazard.area for part in parts)
    rows = [
        {
            **part_line(part, now_s),
            "hazard": part.hazard,
            "category": names.get(part.hazard.category, part.hazard.category),
            "area": areas[part.hazard.area],
        }
        for part in parts
    ]
    context = {"rows": rows, "member": bool(selectors.departments_of(viewer))}
    return render(request, "wardmote/hazards/department.html", context)
