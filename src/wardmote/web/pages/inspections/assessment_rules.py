"""The rules of assessment, published ahead; and appeals, for those who decide on them."""

from __future__ import annotations

import datetime
import math
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.assessment import (
    PERIOD_MONTHS,
    SHIPPED_ASSESSMENT_RULES,
    PublishedRules,
    Remedy,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.operations.inspections import services, sheets
from wardmote.operations.inspections.errors import BadEntryError, UnknownRecordError
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_name, area_names
from wardmote.web.pages.attempts import attempt
from wardmote.web.pages.inspections.assessment_words import (
    COUNTED,
    appeal_line,
    case_lines,
    item_name,
    remedies_of,
    standard_text,
)
from wardmote.web.pages.inspections.words import inspections_page, shown, text_of, today
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 50


@require_http_methods(["GET", "POST"])
@inspections_page()
def assessment_rules(request: HttpRequest) -> HttpResponse:
    """All rules that were published, for everybody to read; a POST publishes others."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        area = AreaId(text_of(request, "area"))
        attempt(
            request,
            lambda who, at: services.publish_rules(
                who, area, _rules(request), _from_day(request), now_s=at
            ),
            _("The rules are published. They judge periods that begin on or after their day."),
        )
        return redirect("assessment-rules")
    published = sheets.published_rules()[:60]
    areas = area_names(one.area for one in published)
    edits = viewer.areas_with(Permission.CONFIGURATION_EDIT)
    context = {
        "published": [_published(one, areas[one.area]) for one in published],
        "areas": [(area, area_name(area)) for area in edits],
        "months": PERIOD_MONTHS,
        "base": SHIPPED_ASSESSMENT_RULES,
        "items": [
            {
                "row": one,
                "code": one.counted.value,
                "name": item_name(one),
                "at_least": round(one.at_least * 100) if one.of_all else round(one.at_least),
            }
            for one in SHIPPED_ASSESSMENT_RULES.items
        ],
        "from_day": today() + datetime.timedelta(days=1),
    }
    return shown(request, "wardmote/inspections/assessment_rules.html", context)


@require_safe
@inspections_page(Permission.ASSESSMENT_DECIDE)
def assessment_appeals(request: HttpRequest) -> HttpResponse:
    """Appeals to decide on: those that wait first."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    rows = sheets.appeals_seen(viewer)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    names = names_of({one.staff_id for one in found}, get_language() or "")
    context = {
        "appeals": [
            {**appeal_line(one, now_s), "name": names.get(one.staff_id, one.staff_id)}
            for one in found
        ],
        "page": page,
        "query": "",
    }
    return shown(request, "wardmote/inspections/appeals.html", context)


@require_http_methods(["GET", "POST"])
@inspections_page(Permission.ASSESSMENT_DECIDE)
def assessment_appeal(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """One appeal with its case; a POST decides."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    row = sheets.appeals_seen(viewer).filter(pk=appeal_id).first()
    if row is None:
        raise UnknownRecordError
    if request.method == "POST":
        act, words = text_of(request, "act"), text_of(request, "words")
        known = {one.value for one in Remedy}
        if act == "refuse" or act in known:
            remedy = None if act == "refuse" else Remedy(act)
            attempt(
                request,
                lambda who, at: services.decide_appeal(who, appeal_id, remedy, words, now_s=at),
                _("The decision is on record; the person sees it."),
            )
        return redirect("assessment-appeal", appeal_id=appeal_id)
    # Words and cases are opened with the sheet, and the look is written down with it.
    opened = sheets.open_sheet(viewer, row.sheet_id, now_s=now_s)
    about = [
        one
        for item in opened.first
        for one in item.cases
        if (one.counted.value, one.kind, one.id) == (row.counted, row.case_kind, row.case)
    ]
    context: dict[str, Any] = {
        **appeal_line(row, now_s),
        "name": names_of([row.staff_id], get_language() or "").get(row.staff_id, row.staff_id),
        "item": next(
            (item_name(one.item) for one in opened.counts if one.item.counted == row.counted), ""
        ),
        "cases": case_lines(about),
        "decides": services.may_decide(viewer, row),
        "remedies": remedies_of(row),
    }
    answer = shown(request, "wardmote/inspections/appeal.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _published(one: PublishedRules, area: str) -> dict[str, Any]:
    return {
        "row": one,
        "area": area,
        "items": [
            {
                "name": item_name(item),
                "what": COUNTED[item.counted.value],
                "standard": standard_text(item),
                "fewest": item.fewest if item.of_all else 0,
            }
            for item in one.rules.items
        ],
    }


def _rules(request: HttpRequest) -> JsonValue:
    """What the form says, as plain data; names are those of the shipped items."""
    items: list[JsonValue] = []
    for one in SHIPPED_ASSESSMENT_RULES.items:
        code = one.counted.value
        if text_of(request, f"{code}.use") != "yes":
            continue
        at_least = _number(request, f"{code}.at_least")
        items.append(
            {
                "counted": code,
                "name": {"zh": one.name.zh, "en": one.name.en},
                "at_least": at_least / 100 if one.of_all else at_least,
                "of_all": one.of_all,
                "fewest": int(_number(request, f"{code}.fewest")) if one.of_all else 0,
            }
        )
    return {
        "version": text_of(request, "version"),
        "months": int(_number(request, "months")),
        "count_after_days": int(_number(request, "count_after_days")),
        "appeal_days": int(_number(request, "appeal_days")),
        "items": items,
    }


def _number(request: HttpRequest, field: str) -> float:
    try:
        found = float(text_of(request, field))
    except ValueError as error:
        raise BadEntryError(field=field) from error
    if not math.isfinite(found) or not 0 <= found <= 10_000:
        raise BadEntryError(field=field)
    return found


def _from_day(request: HttpRequest) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text_of(request, "from_day"))
    except ValueError as error:
        raise BadEntryError(field="from_day") from error
