"""Assessment: one's own sheets, leaders' lists without figures, one sheet with its appeals."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.beat.assessment_counts import ItemCount
from wardmote.core.domain.assessment import Counted, Ground
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.inspections import services, sheets
from wardmote.operations.inspections.errors import BadEntryError
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.selectors import names_of
from wardmote.web.documents import pdf_of
from wardmote.web.pages.area_words import area_name, area_names
from wardmote.web.pages.attempts import attempt
from wardmote.web.pages.inspections.assessment_words import (
    COUNTED,
    GROUNDS,
    OUTCOMES,
    appeal_line,
    case_lines,
    count_text,
    item_name,
    standard_text,
)
from wardmote.web.pages.inspections.words import inspections_page, shown, text_of, today
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 50
CSV_COLUMNS = (
    *("item", "standard", "case_kind", "case", "name", "at", "due", "met", "after_appeal"),
    *("first_met", "first_of", "met_now", "of_now", "outcome"),
)


@require_http_methods(["GET", "POST"])
@inspections_page()
def assessment(request: HttpRequest) -> HttpResponse:
    """The own sheets; leaders find those of their areas, and have a period counted by POST."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        area = AreaId(text_of(request, "area"))
        attempt(
            request,
            lambda who, at: services.make_sheets(who, area, _day(request), now_s=at),
            _("The period was counted; each person can open the own sheet now."),
        )
        return redirect("assessment")
    page = Paginator(sheets.sheets_seen(viewer), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = names_of({one.staff_id for one in rows}, request.LANGUAGE_CODE)
    areas = area_names(one.area for one in rows)
    counts = viewer.areas_with(Permission.STAFF_RECORD)
    context = {
        "own": list(sheets.own_sheets(viewer)[:40]),
        "sees": viewer.holds_anywhere(Permission.ASSESSMENT_VIEW),
        "sheets": [(one, names.get(one.staff_id, one.staff_id), areas[one.area]) for one in rows],
        "page": page,
        "query": "",
        "areas": [(area, area_name(area)) for area in counts],
        "decides": viewer.holds_anywhere(Permission.ASSESSMENT_DECIDE),
        "waiting": sheets.appeals_waiting(viewer),
        "day": today().replace(day=1) - datetime.timedelta(days=1),
    }
    return shown(request, "wardmote/inspections/assessment.html", context)


@require_http_methods(["GET", "POST"])
@inspections_page()
def assessment_sheet(request: HttpRequest, sheet_id: str) -> HttpResponse:
    """One sheet: what counted and why, each case, appeals; the person files and withdraws here."""
    if request.method == "POST":
        _appeal(request, sheet_id)
        return redirect("assessment-sheet", sheet_id=sheet_id)
    viewer, now_s = viewer_of_request(request), clock.now_s()
    opened = sheets.open_sheet(viewer, sheet_id, now_s=now_s)
    row, language = opened.row, request.LANGUAGE_CODE
    people = names_of({row.staff_id, *(one.staff_id for one in opened.looks)}, language)
    asked = request.GET.get("case", "")[:120]
    cases = [line for item in _items(opened) for line in item["cases"]]
    context: dict[str, Any] = {
        "row": row,
        "name": people.get(row.staff_id, row.staff_id),
        "area": area_name(row.area),
        "as_of": local_time(row.as_of_s),
        "until": local_time(row.appeal_until_s),
        "items": _items(opened),
        "agrees": opened.agrees,
        "differing": case_lines(opened.differing),
        "appeals": [appeal_line(one, now_s) for one in opened.appeals],
        "own": opened.own,
        "files": opened.own and now_s <= row.appeal_until_s,
        "asked": next((line for line in cases if line["key"] == asked), None),
        "missing": asked == "missing",
        "grounds": [(code, word) for code, word in GROUNDS.items() if code != "missing"],
        "counted": [(one.item.counted.value, item_name(one.item)) for one in opened.counts],
        "looks": [
            (local_time(one.at_s), people.get(one.staff_id, one.staff_id))
            for one in opened.looks
            if opened.own
        ],
    }
    answer = shown(request, "wardmote/inspections/sheet.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@inspections_page()
def assessment_sheet_csv(request: HttpRequest, sheet_id: str) -> HttpResponseBase:
    """The own sheet as a table: one row a case."""
    opened = _own(request, sheet_id)
    lines = csv_lines(CSV_COLUMNS, _rows(opened))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"assessment-{opened.row.first_day}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@inspections_page()
def assessment_sheet_pdf(request: HttpRequest, sheet_id: str) -> HttpResponseBase:
    """The own sheet as a document in both languages."""
    opened = _own(request, sheet_id)
    row = opened.row
    both: dict[str, Any] = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            both[code] = {
                "name": names_of([row.staff_id], language).get(row.staff_id, row.staff_id),
                "area": area_name(row.area),
                "items": [
                    {
                        "name": item["name"],
                        "standard": item["standard"],
                        "now": item["now"],
                        "first": item["first"],
                        "outcome": str(item["outcome"]),
                        "cases": [_plain(line) for line in item["cases"]],
                    }
                    for item in _items(opened)
                ],
            }
    data = {
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
        "version": row.rules_id,
        "as_of": f"{local_time(row.as_of_s):%Y-%m-%d %H:%M}",
        **both,
    }
    pdf = pdf_of("assessment_sheet.typ", data)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="assessment-{row.first_day}.pdf"'
    return response


def _own(request: HttpRequest, sheet_id: str) -> sheets.OpenedSheet:
    viewer = viewer_of_request(request)
    if not sheets.own_sheets(viewer).filter(pk=sheet_id).exists():
        raise PermissionDenied
    return sheets.open_sheet(viewer, sheet_id, now_s=clock.now_s())


def _items(opened: sheets.OpenedSheet) -> list[dict[str, Any]]:
    return [_item(one, first) for one, first in zip(opened.counts, opened.first, strict=True)]


def _item(one: ItemCount, first: ItemCount) -> dict[str, Any]:
    return {
        "code": one.item.counted.value,
        "name": item_name(one.item),
        "what": COUNTED[one.item.counted.value],
        "standard": standard_text(one.item),
        "fewest": one.item.fewest if one.item.of_all else 0,
        "now": count_text(one),
        "first": count_text(first),
        "changed": (one.met, one.of) != (first.met, first.of),
        "outcome": OUTCOMES[one.outcome.value],
        "first_outcome": OUTCOMES[first.outcome.value],
        "cases": case_lines(one.cases),
        "count": one,
        "before": first,
    }


def _rows(opened: sheets.OpenedSheet) -> list[tuple[object, ...]]:
    rows = []
    for item in _items(opened):
        one, first = item["count"], item["before"]
        figures = (first.met, first.of, one.met, one.of, one.outcome.value)
        for line in item["cases"] or [None]:
            about = ("",) * 7 if line is None else _cells(line)
            rows.append((one.item.counted.value, item["standard"], *about, *figures))
    return rows


def _cells(line: dict[str, Any]) -> tuple[object, ...]:
    case, due = line["case"], line["due"]
    remedy = "" if case.remedy is None else case.remedy.value
    due_text = "" if due is None else f"{due:%Y-%m-%d %H:%M}"
    at_text = f"{line['at']:%Y-%m-%d %H:%M}"
    return (case.kind, case.id, line["name"], at_text, due_text, int(case.met), remedy)


def _plain(line: dict[str, Any]) -> str:
    case = line["case"]
    mark = "✓" if case.met else "✗"
    due = "" if line["due"] is None else f" ≤ {line['due']:%Y-%m-%d %H:%M}"
    remedy = f" ({line['remedy']})" if line["remedy"] else ""
    return f"{mark} {line['kind']} {line['name']} {line['at']:%Y-%m-%d %H:%M}{due}{remedy}"


def _appeal(request: HttpRequest, sheet_id: str) -> None:
    if text_of(request, "act") == "withdraw":
        appeal = text_of(request, "appeal")
        attempt(
            request,
            lambda who, at: services.withdraw_appeal(who, appeal, now_s=at),
            _("The appeal was withdrawn."),
        )
        return
    attempt(
        request,
        lambda who, at: services.file_appeal(who, sheet_id, _wanted(request), now_s=at),
        _("Your appeal is on record; somebody else decides on it."),
    )


def _wanted(request: HttpRequest) -> services.AppealWanted:
    counted, ground = text_of(request, "counted"), text_of(request, "ground")
    if counted not in COUNTED:
        raise BadEntryError(field="counted")
    if ground not in GROUNDS:
        raise BadEntryError(field="ground")
    return services.AppealWanted(
        Counted(counted),
        text_of(request, "case_kind")[:20],
        text_of(request, "case")[:60],
        Ground(ground),
        text_of(request, "words"),
        text_of(request, "key")[:60],
    )


def _day(request: HttpRequest) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(text_of(request, "day"))
    except ValueError as error:
        raise BadEntryError(field="day") from error
    if not 2000 <= found.year <= 2100:
        raise BadEntryError(field="day")
    return found
