"""The list of calls: search, page through, download."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.permissions import Permission
from wardmote.operations.incidents.history import CallFilter, CallRow, filtered_calls
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time, midnight_s
from wardmote.operations.places.selectors import categories_in_force
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import needs, viewer_of_request

PAGE_SIZE = 50
MAX_DOWNLOAD = 100_000

STATE_NAMES = {
    IncidentState.ENTERED: gettext_lazy("Entered"),
    IncidentState.ROUTED: gettext_lazy("Waiting"),
    IncidentState.IN_PROGRESS: gettext_lazy("In progress"),
    IncidentState.RESOLVED: gettext_lazy("Dealt with"),
    IncidentState.CLOSED: gettext_lazy("Closed"),
    IncidentState.CANCELLED: gettext_lazy("Cancelled"),
    IncidentState.MERGED: gettext_lazy("Merged"),
}
_DAY_INPUT = forms.DateInput(attrs={"type": "date"})


class CallFilterForm(forms.Form):
    """What the reader looks for."""

    text = forms.CharField(label=gettext_lazy("Number or place"), max_length=60, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY_INPUT)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=_DAY_INPUT)

    def __init__(self, data: Any, categories: CategoryTree) -> None:
        super().__init__(data)
        language = get_language() or ""
        self.fields["state"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("any")),
            ("open", _("open")),
            *((state.value, name) for state, name in STATE_NAMES.items()),
        ]
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("any")),
            *((one.code, one.name.in_language(language)) for one in categories.children(None)),
        ]

    def filter(self) -> CallFilter:
        """The filter that was entered; the form must be valid."""
        entered = self.cleaned_data
        first, last = entered["first"], entered["last"]
        after = None if last is None else last + datetime.timedelta(days=1)
        return CallFilter(
            start_s=None if first is None else midnight_s(first),
            end_s=None if after is None else midnight_s(after),
            category=entered["category"],
            state=entered["state"],
            text=entered["text"].strip(),
        )


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call as the list shows it."""

    id: str
    number: str
    received: datetime.datetime
    category: str
    priority: int
    state: Any
    place: str
    drill: bool


@needs(Permission.INCIDENT_VIEW)
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls of the viewer's areas, newest first."""
    categories = categories_in_force(clock.now_s())
    form = CallFilterForm(request.GET, categories)
    wanted = form.filter() if form.is_valid() else CallFilter()
    rows = filtered_calls(viewer_of_request(request), wanted)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "calls": list(_listed(page.object_list, categories)),
        "page": page,
        "query": query.urlencode(),
    }
    return render(
        request, "wardmote/calls/list.html", context, status=200 if form.is_valid() else 422
    )


@needs(Permission.INCIDENT_VIEW)
def call_list_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered calls as CSV, UTF-8 with a byte-order mark, as spreadsheets expect."""
    categories = categories_in_force(clock.now_s())
    form = CallFilterForm(request.GET, categories)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    rows = filtered_calls(viewer_of_request(request), form.filter())[:MAX_DOWNLOAD]
    lines = _csv_lines(_listed(rows.iterator(chunk_size=500), categories))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calls.csv"'
    return response


def _csv_lines(calls: Iterable[ListedCall]) -> Iterator[str]:
    header = [_("Number"), _("Received"), _("Category"), _("Priority"), _("State"), _("Place")]
    rows = (
        [
            call.number,
            call.received.isoformat(),
            call.category,
            call.priority,
            call.state,
            call.place,
        ]
        for call in calls
    )
    return csv_lines(header, rows)


def _listed(rows: Iterable[CallRow], categories: CategoryTree) -> Iterator[ListedCall]:
    language = get_language() or ""
    for row in rows:
        known = row.category in categories
        name = categories.get(row.category).name.in_language(language) if known else row.category
        yield ListedCall(
            id=row.id,
            number=row.number,
            received=local_time(row.received_s),
            category=name,
            priority=row.priority,
            state=STATE_NAMES[IncidentState(row.state)],
            place=row.place,
            drill=row.drill,
        )
