"""The forecast page: calls by day and hour, how good forecasts were, whether demand changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.studies.forecast_sheet import DriftCode, ForecastSheet, forecast_document
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.forecasts import selectors, services
from wardmote.operations.forecasts.selectors import ForecastSeen
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.studies.services import DemandSource
from wardmote.web.pages import forecast_words as words
from wardmote.web.pages.studies_words import area_name, areas_to_choose
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import needs, viewer_of_request

FIRST_DAYS = 2
"""Shown large: today and tomorrow, on the day the forecast is made."""
Table = tuple[Sequence[str], list[Sequence[Any]]]
"""A header and rows."""


@require_http_methods(["GET", "POST"])
@needs(Permission.REPORT_VIEW)
def forecast(request: HttpRequest) -> HttpResponse:
    """The forecast of an area; a POST has it worked out again, or states whose calls were."""
    viewer = viewer_of_request(request)
    areas = areas_to_choose(viewer, Permission.REPORT_VIEW)
    area = _area(request, areas)
    source = _source(request, area)
    now_s = clock.now_s()
    if request.method == "POST":
        return _asked_again(request, viewer, area, source)
    try:
        services.look_up(viewer, area, source, now_s=now_s)
    except AccessDeniedError:
        source = DemandSource.OWN_CALLS
        services.look_up(viewer, area, source, now_s=now_s)
    seen = selectors.forecast_seen(viewer, area, source, now_s=now_s)
    language = get_language() or ""
    context = {
        "areas": areas,
        "area": area,
        "area_name": area_name(area),
        "source": source.value,
        "query": urlencode({"area": area, "source": source.value}),
        "seen": seen,
        "problem": "" if seen.problem is None else seen.problem.in_language(language),
        "may_state": viewer.may(Permission.STUDY_EDIT, area),
        "stated": selectors.usual_source(area) is DemandSource.IMPORTED_TOO,
        "imported_too": source is DemandSource.IMPORTED_TOO,
    }
    if seen.sheet is not None:
        context |= _shown(seen.sheet)
    return render(request, "wardmote/forecast/forecast.html", context)


@require_safe
@needs(Permission.REPORT_VIEW)
def forecast_progress(request: HttpRequest) -> HttpResponse:
    """Whether the forecast is still being worked out, as JSON."""
    _area_seen, seen = _seen(request)
    return JsonResponse({"under_way": seen.under_way})


@require_safe
@needs(Permission.REPORT_VIEW)
def forecast_csv(request: HttpRequest, table: str) -> HttpResponseBase:
    """The days, the hours, or the days that were judged, as CSV."""
    area, seen = _seen(request)
    tables = {"days": days_table, "hours": hours_table, "judged": judged_table}
    if seen.sheet is None or table not in tables:
        raise Http404
    header, rows = tables[table](seen.sheet)
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="forecast-{area}-{table}.csv"'
    return response


@require_safe
@needs(Permission.REPORT_VIEW)
def forecast_json(request: HttpRequest) -> HttpResponse:
    """The whole forecast (``wardmote-forecast/1``)."""
    area, seen = _seen(request)
    if seen.sheet is None:
        raise Http404
    response = JsonResponse(forecast_document(seen.sheet))
    response["Content-Disposition"] = f'attachment; filename="forecast-{area}.json"'
    return response


def days_table(sheet: ForecastSheet) -> Table:
    """A row for each day ahead."""
    rows: list[Sequence[Any]] = [
        (one.day, words.kind_name(one.kind), round(one.mean, 2), one.low, one.high)
        for one in sheet.days
    ]
    return (_("Day"), _("Festival"), _("Expected calls"), _("Low"), _("High")), rows


def hours_table(sheet: ForecastSheet) -> Table:
    """A row for each hour ahead."""
    rows: list[Sequence[Any]] = [
        (one.day, one.hour, round(one.mean, 3), one.low, one.high) for one in sheet.hours
    ]
    return (_("Day"), _("Hour"), _("Expected calls"), _("Low"), _("High")), rows


def judged_table(sheet: ForecastSheet) -> Table:
    """A row for each past day: what was foretold, what came."""
    rows: list[Sequence[Any]] = [
        (one.day, words.kind_name(one.kind), round(one.mean, 2), one.low, one.high,
         "" if one.came is None else one.came)
        for one in sheet.check.days
    ]  # fmt: skip
    header = (_("Day"), _("Festival"), _("Foretold"), _("Low"), _("High"), _("Came"))
    return header, rows


def _area(request: HttpRequest, areas: list[tuple[str, str]]) -> AreaId:
    """The area asked for; the first and widest of the viewer's own when none is."""
    asked = request.GET.get("area", "")
    codes = [code for code, _name in areas]
    if asked and asked not in codes:
        raise Http404
    return AreaId(asked or codes[0])


def _source(request: HttpRequest, area: AreaId) -> DemandSource:
    asked = request.GET.get("source", "")
    known = {one.value: one for one in services.SOURCES}
    return known.get(asked) or selectors.usual_source(area)


def _seen(request: HttpRequest) -> tuple[AreaId, ForecastSeen]:
    """The forecast that a page or a download asks for; asked every few seconds while one waits."""
    viewer = viewer_of_request(request)
    asked = request.GET.get("area", "")
    area = AreaId(asked or min(viewer.areas_with(Permission.REPORT_VIEW)))
    if not viewer.may(Permission.REPORT_VIEW, area):
        raise Http404
    source = _source(request, area)
    return area, selectors.forecast_seen(viewer, area, source, now_s=clock.now_s())


def _asked_again(
    request: HttpRequest, viewer: Viewer, area: AreaId, source: DemandSource
) -> HttpResponse:
    """A forecast worked out again, or whose the imported calls were: stated or taken back."""
    form, now_s = request.POST.get("form"), clock.now_s()
    try:
        if form == "state":
            source = DemandSource.IMPORTED_TOO
            services.state_origin(viewer, area, now_s=now_s)
        elif form == "withdraw":
            services.withdraw_origin(viewer, area, now_s=now_s)
            source = DemandSource.OWN_CALLS
        else:
            services.ask_again(viewer, area, source, now_s=now_s)
    except AccessDeniedError:
        messages.error(
            request, _("Only who may plan here can state that imported calls were the public's.")
        )
        source = DemandSource.OWN_CALLS
    query = urlencode({"area": area, "source": source.value})
    return redirect(f"{reverse('forecast')}?{query}")


def _shown(sheet: ForecastSheet) -> dict[str, Any]:
    days = [
        {
            "day": words.day_text(one.day),
            "kind": words.kind_name(one.kind),
            "mean": f"{one.mean:.0f}",
            "range": words.interval_text(one.low, one.high),
        }
        for one in sheet.days
    ]
    return {
        "sheet": sheet,
        "made": local_time(sheet.made_s),
        "first": days[:FIRST_DAYS],
        "confidence": f"{sheet.confidence:.0%}",
        "account_text": words.learnt_text(sheet.account),
        "basis_text": words.basis_text(sheet),
        "check_text": words.check_text(sheet),
        "yesterday_text": words.yesterday_text(sheet),
        "drift_title": words.drift_title(sheet.drift),
        "drift_advice": words.drift_advice(sheet.drift),
        "changed": sheet.drift.code in (DriftCode.RISING, DriftCode.FALLING),
        "days": days,
        "hours": _by_hour(sheet),
        "judged": [
            {
                "day": words.day_text(one.day),
                "kind": words.kind_name(one.kind),
                "mean": f"{one.mean:.0f}",
                "range": words.interval_text(one.low, one.high),
                "came": _("not recorded whole") if one.came is None else one.came,
                "outside": one.within is False,
            }
            for one in reversed(sheet.check.days)
        ],
        "page_data": _drawn(sheet),
    }


def _by_hour(sheet: ForecastSheet) -> list[dict[str, Any]]:
    """A row for each hour of the day with a cell for each day; a repeated hour's calls add up."""
    days = [one.day for one in sheet.days]
    cells: dict[tuple[int, str], list[float]] = {}
    for one in sheet.hours:
        cell = cells.setdefault((one.hour, one.day), [0.0, 0, 0])
        for row, value in enumerate((one.mean, one.low, one.high)):
            cell[row] += value
    return [
        {
            "hour": f"{hour:02d}:00",
            "cells": [
                "–"
                if (told := cells.get((hour, day))) is None
                else f"{told[0]:.1f} ({told[1]:.0f}–{told[2]:.0f})"
                for day in days
            ],
        }
        for hour in range(24)
    ]


def _drawn(sheet: ForecastSheet) -> dict[str, Any]:
    """What the charts draw."""
    return {
        "days": [
            {"name": words.day_text(one.day), "kind": words.kind_name(one.kind),
             "mean": round(one.mean, 1), "low": one.low, "high": one.high}
            for one in sheet.days
        ],
        "hours": [
            {"name": f"{words.day_text(one.day)} {one.hour:02d}:00", "mean": round(one.mean, 2),
             "low": one.low, "high": one.high}
            for one in sheet.hours
        ],
        "judged": [
            {"name": words.day_text(one.day), "kind": words.kind_name(one.kind),
             "mean": round(one.mean, 1), "low": one.low, "high": one.high, "came": one.came}
            for one in sheet.check.days
        ],
    }  # fmt: skip
