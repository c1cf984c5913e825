"""The board of tasks: who has what planned on which day, what is overdue; and one task."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.task import LIVING_TASKS, TaskKind
from wardmote.operations.duty_time import duty_minutes_on
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.selectors import away_at, names_of
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.selectors import BoardFilter, TaskRow
from wardmote.web.pages.tasks.words import (
    CARE_RIGHTS,
    NOBODY,
    STATES,
    area_names,
    gap_name,
    kind_name,
    tasks_page,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 50
PEOPLE_SIZE = 40
MOST_DAYS = 14
MOST_DOWNLOADED = 20_000
USUAL_DAYS = 3
_LIVING = {state.value for state in LIVING_TASKS}
_DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BoardForm(forms.Form):
    """What a leader looks for."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY_INPUT)
    days = forms.IntegerField(
        label=gettext_lazy("Days"), required=False, min_value=1, max_value=MOST_DAYS
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    holder = forms.CharField(
        label=gettext_lazy("Staff number (- for nobody)"), required=False, max_length=40
    )
    area = forms.CharField(label=gettext_lazy("Area code"), required=False, max_length=12)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["state"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("any")),
            ("living", _("still to do")),
            ("overdue", _("overdue")),
            *STATES.items(),
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("any")),
            *((kind.value, kind_name(kind.value)) for kind in TaskKind),
        ]

    def clean_area(self) -> str:
        """A division code, or nothing."""
        area: str = self.cleaned_data["area"].strip()
        if area and not is_area_code(area):
            raise forms.ValidationError(_("An area code has 12 digits."))
        return area

    def filter(self, today: datetime.date) -> BoardFilter:
        """What was entered; the form must be valid."""
        entered = self.cleaned_data
        first = entered["first"] or today
        days = datetime.timedelta(days=(entered["days"] or USUAL_DAYS) - 1)
        return BoardFilter(
            first=first,
            last=first + days,
            state=entered["state"],
            kind=entered["kind"],
            holder=entered["holder"].strip(),
            area=entered["area"],
        )


@require_safe
@tasks_page(Permission.TASK_VIEW)
def task_board(request: HttpRequest) -> HttpResponse:
    """Tasks by person and day with minutes, then the tasks themselves."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    today = local_day(now_s)
    form = BoardForm(request.GET)
    valid = form.is_valid()
    wanted = (
        form.filter(today)
        if valid
        else BoardFilter(today, today + datetime.timedelta(days=USUAL_DAYS - 1))
    )
    load = selectors.load_of(viewer, wanted, now_s)
    people = Paginator(sorted(load), PEOPLE_SIZE).get_page(request.GET.get("people"))
    rows = selectors.board(viewer, wanted, now_s)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    for name in ("page", "people"):
        query.pop(name, None)
    span = (wanted.last - wanted.first).days + 1
    days = [wanted.first + datetime.timedelta(days=n) for n in range(span)]
    duty = {day: services.duty_minutes(day, now_s) for day in days}
    context = {
        "form": form,
        "days": [{"day": day, "duty": duty[day]} for day in days],
        "people": _people(people.object_list, load, days, now_s),
        "people_page": people,
        "tasks": list(listed(page.object_list, now_s)),
        "page": page,
        "query": query.urlencode(),
        "overdue": selectors.overdue_count(viewer, now_s),
        "may_assign": viewer.holds_anywhere(Permission.TASK_ASSIGN),
        "may_care": any(viewer.holds_anywhere(one) for one in CARE_RIGHTS),
    }
    return render(request, "wardmote/tasks/board.html", context, status=200 if valid else 422)


@require_safe
@tasks_page(Permission.TASK_VIEW)
def task_board_csv(request: HttpRequest) -> HttpResponseBase:
    """The tasks of the board as CSV."""
    now_s = clock.now_s()
    form = BoardForm(request.GET)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    wanted = form.filter(local_day(now_s))
    rows = selectors.board(viewer_of_request(request), wanted, now_s)[:MOST_DOWNLOADED]
    header = [
        *(_("Day"), _("Task"), _("Kind"), _("Area"), _("Place"), _("Who"), _("State"), _("Due")),
        *(_("Minutes"), _("Finished")),
    ]
    lines = (
        [
            *(one["row"].day.isoformat(), one["title"], one["kind"], one["area"], one["place"]),
            *(one["who"], one["state"], one["due"].isoformat(), one["row"].minutes),
            "" if one["done"] is None else one["done"].isoformat(),
        ]
        for one in listed(rows, now_s)
    )
    response = StreamingHttpResponse(
        csv_lines(header, lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="tasks.csv"'
    return response


def listed(rows: Iterable[TaskRow], now_s: float) -> list[dict[str, Any]]:
    """Tasks as tables show them."""
    tasks = list(rows)
    language = get_language() or ""
    people = {one for row in tasks for one in (row.holder, row.instead_of, row.officer) if one}
    names = names_of(people, language)
    areas = area_names({row.area for row in tasks})
    # Who deputises has the task already: what is still with somebody away is with nobody there.
    away = away_at(now_s, people)
    zh = language.startswith("zh")
    found = []
    for row in tasks:
        sheet = row.sheet
        titles = (sheet.title_zh, sheet.title_en) if zh else (sheet.title_en, sheet.title_zh)
        places = (row.place_zh, row.place_en) if zh else (row.place_en, row.place_zh)
        late = row.done_s is not None and row.done_s > row.due_s
        found.append(
            {
                "row": row,
                "title": titles[0] or titles[1],
                "kind": kind_name(row.kind),
                "area": areas[row.area],
                "place": places[0] or places[1],
                "who": _who(row, names),
                "beside": names.get(row.officer, row.officer),
                "gap": gap_name(row.officer_gap),
                "away": row.holder in away and row.state in _LIVING,
                "state": str(STATES[row.state]),
                "due": local_time(row.due_s),
                "done": None if row.done_s is None else local_time(row.done_s),
                "overdue": row.state in _LIVING and row.due_s < now_s,
                "late": late,
            }
        )
    return found


def _who(row: TaskRow, names: dict[str, str]) -> str:
    holder = names.get(row.holder, row.holder) or str(NOBODY)
    if not row.instead_of:
        return holder
    away = names.get(row.instead_of, row.instead_of)
    return _("%(deputy)s (for %(away)s)") % {"deputy": holder, "away": away}


def _people(
    staff: Iterable[str],
    load: dict[str, dict[datetime.date, selectors.DayLoad]],
    days: Sequence[datetime.date],
    now_s: float,
) -> list[dict[str, Any]]:
    listed_staff = list(staff)
    names = names_of([one for one in listed_staff if one], get_language() or "")
    nothing = selectors.DayLoad(0, 0)
    duty = duty_minutes_on([one for one in listed_staff if one], days, now_s)
    return [
        {
            "staff": one,
            "name": names.get(one, one) or str(NOBODY),
            "days": [
                {
                    **dataclasses.asdict(load[one].get(day, nothing)),
                    "duty": duty.get((one, day), 0),
                    "over": bool(one) and load[one].get(day, nothing).minutes > duty[one, day],
                }
                for day in days
            ],
            "minutes": sum(day.minutes for day in load[one].values()),
        }
        for one in listed_staff
    ]
