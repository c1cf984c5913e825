"""The cases behind one figure of a bulletin's sections, as of the moment at which it was shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.measures.periods import Period
from wardmote.core.measures.sections import ALL, Room, figure_kind
from wardmote.operations.bulletins.sections import cases_of, span_of, windows_of
from wardmote.operations.counting import Case
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.tasks.assessed import task_titles
from wardmote.web.pages.area_words import area_name, area_names
from wardmote.web.pages.bulletin_period_words import period_of_name, period_text
from wardmote.web.pages.bulletin_sections import TITLES, figure_name
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.tables import UNKNOWN
from wardmote.web.viewers import needs, viewer_of_request

_Address = Callable[[Case], str]


def _board(case: Case) -> str:
    day = "" if case.at_s is None else local_day(case.at_s).isoformat()
    return f"{reverse('task-board')}?first={day}&days=1&holder={case.id}"


ADDRESSES: Mapping[str, tuple[Permission, _Address]] = {
    "hazard": (Permission.HAZARD_VIEW, lambda case: reverse("hazard", args=[case.id])),
    "task": (Permission.TASK_VIEW, lambda case: reverse("task", args=[case.id])),
    "person_day": (Permission.TASK_VIEW, _board),
    "village": (
        Permission.STAFF_VIEW,
        lambda case: reverse("staff-place", args=["village", case.id]),
    ),
    "check": (Permission.INSPECTION_VIEW, lambda case: reverse("spot-check", args=[case.id])),
    "item": (Permission.INSPECTION_VIEW, lambda case: reverse("equipment-item", args=[case.id])),
    "watch": (Permission.PATROL_VIEW, lambda case: reverse("watch-roster", args=[case.id])),
    "switch": (Permission.DUTY_VIEW, lambda case: reverse("duty-switch", args=[case.id])),
    "activation": (
        Permission.DUTY_VIEW,
        lambda case: reverse("duty-activation", args=[case.id]),
    ),
}
"""Which page shows a case, and the right in its area without which it is not linked."""


@require_safe
@needs(Permission.REPORT_VIEW)
def bulletin_cases(request: HttpRequest, period: str) -> HttpResponse:
    """The cases of ``?figure=room.code``, in a town (``group``), as of ``at`` (seconds UTC)."""
    viewer = viewer_of_request(request)
    wanted = period_of_name(period)
    room, code = _figure(request.GET.get("figure", ""))
    town = request.GET.get("group", ALL)
    at_s = _moment(request.GET.get("at", ""), wanted)
    areas = _areas(viewer, request.GET.get("area", ""))
    live = at_s is None
    now_s = clock.now_s() if at_s is None else at_s
    found = cases_of(areas, windows_of(wanted, now_s=now_s, live=live).now, room, code, town)
    if found is None:
        raise Http404
    kind = figure_kind(room, code)
    if kind is None:
        raise Http404
    rows = _rows(viewer, found.cases)
    header = (_("Case"), _("When"), _("Area"))
    if request.GET.get("as") == "csv":
        lines = [[row["label"], row["when"], row["area"]] for row in rows]
        return HttpResponse(csv_lines(header, lines), content_type="text/csv; charset=utf-8")
    context = {
        "period_name": period,
        "period": period_text(wanted),
        "room": TITLES[room],
        "figure": figure_name(room, kind),
        "town": area_name(town) if town else "",
        "count": found.count,
        "shown": len(rows),
        "rows": rows,
        "header": header,
        "as_of": None if at_s is None else local_time(at_s),
    }
    return render(request, "wardmote/bulletins/cases.html", context)


def _figure(name: str) -> tuple[Room, str]:
    room, _dot, code = name.partition(".")
    if room not in set(Room):
        raise Http404
    return Room(room), code


def _moment(text: str, period: Period) -> float | None:
    """When the figure was shown; None: now."""
    if not text:
        return None
    try:
        at_s = float(text)
    except ValueError:
        raise Http404 from None
    if not math.isfinite(at_s) or not span_of(period)[0] < at_s <= clock.now_s():
        raise Http404
    return at_s


def _areas(viewer: Viewer, area: str) -> tuple[AreaId, ...]:
    """The areas of a bulletin of the viewer's, or the one area of a published one."""
    if not area:
        return tuple(viewer.areas_with(Permission.REPORT_VIEW))
    if AreaId(area) not in viewer.areas_with(Permission.REPORT_VIEW):
        raise Http404
    return (AreaId(area),)


def _rows(viewer: Viewer, cases: tuple[Case, ...]) -> list[dict[str, Any]]:
    areas = area_names(case.area for case in cases)
    led = {case.id for case in cases if case.room == "person_day" and _opens(viewer, case)}
    language = get_language() or ""
    people = names_of(led, language)
    titles = {
        task: title.in_language(language)
        for task, title in task_titles({one.id for one in cases if one.room == "task"}).items()
    }
    return [
        {
            "label": titles.get(case.id) or _label(case, areas, people),
            "when": "" if case.at_s is None else f"{local_time(case.at_s):%Y-%m-%d %H:%M}",
            "area": areas.get(case.area, case.area),
            "link": link_of(viewer, case),
        }
        for case in cases
    ]


def _opens(viewer: Viewer, case: Case) -> bool:
    return viewer.may(ADDRESSES[case.room][0], case.area)


def link_of(viewer: Viewer, case: Case) -> str:
    """The page of a case; empty for who may not open it."""
    return ADDRESSES[case.room][1](case) if _opens(viewer, case) else ""


def _label(case: Case, areas: Mapping[str, str], people: Mapping[str, str]) -> str:
    if case.room == "village":
        return areas.get(case.area, case.id)
    if case.room == "person_day":
        minutes = _("%(minutes)s minutes planned") % {"minutes": case.label}
        return f"{people[case.id]}: {minutes}" if case.id in people else minutes
    return case.label or UNKNOWN
