"""The leader's page: tonight's teams, watches and orders as they stand, and swaps that wait."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.patrols import selectors
from wardmote.operations.patrols.selectors import OrderFilter
from wardmote.web.pages.night_watch.words import SWAP_STATES, WATCH_STATES, day_of
from wardmote.web.pages.patrols.words import (
    SOURCES,
    STATES,
    UNKNOWN,
    order_line,
    patrol_page,
    who_names,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 100
MOST_DAYS = 92
MOST_ROWS = 20_000


@require_safe
@patrol_page(Permission.PATROL_VIEW)
def patrols_tonight(request: HttpRequest) -> HttpResponse:
    """Tonight; the states are brought up to date by the page."""
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    found = selectors.tonight(viewer, now_s=now_s)
    names = who_names(found.orders, language)
    context = {
        "orders": [
            order_line(row, figures, names, language)
            for row, figures in selectors.adherence_of_all(found.orders, now_s)
        ],
        "watches": [
            {
                "id": one.pk,
                "roster": one.roster_id,
                "team": one.team.name_in(language),
                "begins": local_time(one.begins_s),
                "ends": local_time(one.ends_s),
                "state": WATCH_STATES[one.state],
            }
            for one in found.watches
        ],
        "swaps": [
            {
                "roster": one.watch.roster_id,
                "asking": one.asking.name_in(language),
                "night": one.watch.night,
                "other": one.other_team.name_in(language),
                "other_night": one.other.night,
                "state": SWAP_STATES[one.state],
            }
            for one in found.swaps
        ],
        "plans": viewer.holds_anywhere(Permission.PATROL_PLAN),
        "now": local_time(now_s),
        "page_data": {
            "watch_states": {code: str(words) for code, words in WATCH_STATES.items()},
            "swaps": len(found.swaps),
        },
    }
    return render(request, "wardmote/patrols/tonight.html", context)


@require_safe
@patrol_page(Permission.PATROL_VIEW)
def patrols_walked(request: HttpRequest) -> HttpResponse:
    """How orders were walked, as a table by order: never by person."""
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    wanted = _wanted(request, now_s)
    pages = Paginator(selectors.orders_seen(viewer, wanted), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = who_names(rows, language)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "rows": [
            order_line(row, figures, names, language)
            for row, figures in selectors.adherence_of_all(rows, now_s)
        ],
        "page": page,
        "total": pages.count,
        "wanted": wanted,
        "states": STATES.items(),
        "sources": SOURCES.items(),
        "asked": asked.urlencode(),
    }
    return render(request, "wardmote/patrols/walked.html", context)


@require_safe
@patrol_page(Permission.PATROL_VIEW)
def patrols_walked_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    rows = list(selectors.orders_seen(viewer, _wanted(request, now_s))[:MOST_ROWS])
    names = who_names(rows, language)
    header = [
        _("From"), _("To"), _("Place"), pgettext("patrol", "Who"), _("State"), _("Beginning"),
        _("Check-points reached"), _("Check-points due"), _("Late (min)"),
        _("In the place (min)"), _("Known (min)"), _("Made from"), _("Grade"),
    ]  # fmt: skip

    def line(row: selectors.OrderRow, figures: Any) -> list[Any]:
        shown = order_line(row, figures, names, language)
        return [
            f"{shown['from']:%Y-%m-%d %H:%M}", f"{shown['to']:%Y-%m-%d %H:%M}", shown["place"],
            shown["who"], str(shown["state_words"]), str(shown["begun_words"]),
            figures.reached, figures.due, *map(_minutes, (
                figures.late_s, figures.in_place_s, figures.known_s,
            )),
            str(shown["source"]), shown["grade"],
        ]  # fmt: skip

    lines = (line(row, figures) for row, figures in selectors.adherence_of_all(rows, now_s))
    response = StreamingHttpResponse(
        csv_lines(header, lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="patrols.csv"'
    return response


def _minutes(seconds: float | None) -> float | str:
    return UNKNOWN if seconds is None else round(seconds / 60, 1)


def _wanted(request: HttpRequest, now_s: float) -> OrderFilter:
    """The filter of an address; the last week where it says nothing."""
    asked = request.GET
    today = local_day(now_s)
    last = day_of(asked.get("last", "")) or today
    first = day_of(asked.get("first", "")) or last - datetime.timedelta(days=6)
    first = max(first, last - datetime.timedelta(days=MOST_DAYS))
    state, source = asked.get("state", ""), asked.get("source", "")
    return OrderFilter(
        min(first, last),
        last,
        state if state in STATES else "",
        source if source in SOURCES else "",
        asked.get("area", "").strip()[:12],
    )
