"""The weekly response bulletin: page, PDF, workbook, and the calls behind each figure."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.bulletins.selectors import (
    DAYS,
    Week,
    WeeklyBulletin,
    week_of,
    weekly_bulletin,
)
from wardmote.operations.incidents.history import calls_by_id
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import (
    categories_in_force,
    city,
    division_names,
    local_day,
    local_time,
)
from wardmote.operations.units.selectors import all_units
from wardmote.web.documents import pdf_of
from wardmote.web.pages.bulletin_sheet import workbook_of
from wardmote.web.pages.bulletin_tables import (
    Names,
    Table,
    calls_behind,
    period_text,
    tables_of,
)
from wardmote.web.viewers import needs, viewer_of_request

_WEEK = re.compile(r"(\d{4})-W(\d{2})\Z")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CALLS_SHOWN = 1_000


@needs(Permission.REPORT_VIEW)
def latest_bulletin(request: HttpRequest) -> HttpResponse:
    """Go to the present week, whose figures are still growing."""
    return redirect("bulletin", week=_name(week_of(local_day(clock.now_s()))))


@needs(Permission.REPORT_VIEW)
def bulletin(request: HttpRequest, week: str) -> HttpResponse:
    """The bulletin of an ISO week such as ``2026-W47``."""
    weekly, tables = _weekly(viewer_of_request(request), week)
    now_s = clock.now_s()
    context = {
        "week": week,
        "title": _title(),
        "period": period_text(weekly),
        "tables": tables,
        "unfinished": now_s < weekly.week.end_s,
        "has_calls": bool(weekly.bulletin.total.calls.count),
        "previous": _name(week_of(weekly.week.monday - datetime.timedelta(days=1))),
        "next": _name(week_of(weekly.week.monday + datetime.timedelta(days=DAYS)))
        if weekly.week.end_s <= now_s
        else "",
    }
    return render(request, "wardmote/bulletins/weekly.html", context)


@needs(Permission.REPORT_VIEW)
def bulletin_pdf(request: HttpRequest, week: str) -> HttpResponse:
    """The bulletin as PDF/A."""
    weekly, tables = _weekly(viewer_of_request(request), week)
    language = get_language() or "en"
    document = pdf_of(
        "bulletin.typ",
        {
            "title": _title(),
            "period": period_text(weekly),
            "lang": "zh" if language.startswith("zh") else "en",
            "footer": _made_text(),
            "tables": [
                {
                    "title": table.title,
                    "header": list(table.header),
                    "rows": [[cell.text for cell in row] for row in table.rows],
                }
                for table in tables
            ],
        },
    )
    return _download(document, "application/pdf", f"bulletin-{week}.pdf")


@needs(Permission.REPORT_VIEW)
def bulletin_xlsx(request: HttpRequest, week: str) -> HttpResponse:
    """The bulletin as a workbook."""
    weekly, tables = _weekly(viewer_of_request(request), week)
    workbook = workbook_of(_title(), period_text(weekly), tables)
    return _download(workbook, _XLSX, f"bulletin-{week}.xlsx")


@needs(Permission.REPORT_VIEW)
def bulletin_calls(request: HttpRequest, week: str) -> HttpResponse:
    """The calls behind one figure of the bulletin."""
    viewer = viewer_of_request(request)
    weekly, _tables = _weekly(viewer, week)
    try:
        ids = calls_behind(weekly, request.GET.get("group", ""), request.GET.get("figure", ""))
    except (KeyError, ValueError, IndexError, StopIteration):
        raise Http404 from None
    language = get_language() or ""
    categories = categories_in_force(clock.now_s())
    rows = [
        {
            "id": row.id,
            "number": row.number,
            "received": local_time(row.received_s),
            "category": categories.get(row.category).name.in_language(language)
            if row.category in categories
            else row.category,
            "place": row.place,
            "opens": viewer.holds_anywhere(Permission.INCIDENT_VIEW),
        }
        for row in calls_by_id(viewer.areas_with(Permission.REPORT_VIEW), ids[:MAX_CALLS_SHOWN])
    ]
    context = {"week": week, "rows": rows, "count": len(ids), "shown": len(rows)}
    return render(request, "wardmote/bulletins/calls.html", context)


def _weekly(viewer: Viewer, week: str) -> tuple[WeeklyBulletin, tuple[Table, ...]]:
    weekly = weekly_bulletin(viewer, _parsed(week), now_s=clock.now_s())
    return weekly, tables_of(weekly, _names(weekly))


def _parsed(text: str) -> Week:
    found = _WEEK.match(text)
    if found is None:
        raise Http404
    try:
        monday = datetime.date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return week_of(monday)
    except (ValueError, OverflowError):
        raise Http404 from None


def _name(week: Week) -> str:
    year, number, _day = week.monday.isocalendar()
    return f"{year}-W{number:02d}"


def _names(weekly: WeeklyBulletin) -> Names:
    language = get_language() or ""
    groups = [row.group for row in weekly.bulletin.groups if row.group]
    tree = categories_in_force(clock.now_s())
    return Names(
        groups={
            code: Bilingual(zh, en).in_language(language)
            for code, (zh, en) in division_names(groups).items()
        },
        units={unit.id: unit.call_sign for unit in all_units()},
        categories={
            code: tree.get(code).name.in_language(language)
            for code, _figure, _change in weekly.bulletin.categories
            if code in tree
        },
        language=language,
    )


def _title() -> str:
    place = city()
    name = (
        ""
        if place is None
        else Bilingual(place.name_zh, place.name_en).in_language(get_language() or "")
    )
    return _("%(place)s weekly response bulletin") % {"place": name}


def _made_text() -> str:
    made = local_time(clock.now_s())
    return _("Made by Wardmote on %(when)s from the record.") % {"when": f"{made:%Y-%m-%d %H:%M}"}


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
