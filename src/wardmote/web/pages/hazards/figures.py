"""Figures of hazards and where they cluster; every figure opens its cases."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.beat.hazard_figures import (
    AGE_BANDS_D,
    DAY_S,
    Grouping,
    HazardFigure,
    HazardFigures,
    Period,
    total,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import selectors
from wardmote.operations.hazards.selectors import HazardFilter, HazardRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.hazards.listing import PAGE_SIZE, csv_answer, listed
from wardmote.web.pages.hazards.words import (
    category_choices,
    day_of,
    department_name,
    hazards_page,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

USUAL_DAYS = 30
MOST_DAYS = 800
MOST_CELLS = 400
CELLS_M = (100, 250, 500, 1_000)
FIGURES: dict[HazardFigure, Promise] = {
    HazardFigure.DUE: gettext_lazy("due"),
    HazardFigure.ON_TIME: gettext_lazy("put right on time"),
    HazardFigure.LATE: gettext_lazy("not put right on time"),
    HazardFigure.CHECKED: gettext_lazy("re-checked"),
    HazardFigure.REWORKED: gettext_lazy("returned for rework"),
}
GROUPS: dict[Grouping, Promise] = {
    Grouping.CATEGORY: gettext_lazy("By category"),
    Grouping.DEPARTMENT: gettext_lazy("By department"),
    Grouping.AREA: gettext_lazy("By area"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The period of a page, both days included."""

    first: datetime.date
    last: datetime.date

    def period(self, now_s: float) -> Period:
        """As the core takes it."""
        after = self.last + datetime.timedelta(days=1)
        return Period(midnight_s(self.first), midnight_s(after), now_s)

    def query(self, **more: str) -> str:
        """As an address carries it."""
        return urlencode({"first": self.first.isoformat(), "last": self.last.isoformat(), **more})


@require_safe
@hazards_page(Permission.HAZARD_VIEW)
def hazard_figures(request: HttpRequest) -> HttpResponse:
    """What was put right on time, waits, rework, ageing; each number a link to its cases."""
    asked, viewer, now_s = _asked(request), viewer_of_request(request), clock.now_s()
    period, few = asked.period(now_s), selectors.categories(now_s).few
    found, waits = selectors.figures(viewer, period), selectors.recheck_waits(viewer, period)
    tables = [
        {"key": by.value, "title": GROUPS[by], "rows": _rows(found[by], by, asked, few, waits[by])}
        for by in Grouping
    ]
    context = {
        "asked": asked,
        "all": {
            **_row(total(found[Grouping.CATEGORY]), None, asked, few, _("All")),
            "wait": _wait_text(waits[None].get("")),
        },
        "tables": tables,
        "ages": _ages(viewer, now_s),
        "query": asked.query(),
        "few": few,
    }
    return render(request, "wardmote/hazards/figures.html", context)


@require_safe
@hazards_page(Permission.HAZARD_VIEW)
def hazard_figures_csv(request: HttpRequest, by: str) -> HttpResponseBase:
    """One table of the figures as CSV."""
    if by not in {one.value for one in Grouping}:
        raise Http404
    asked, now_s = _asked(request), clock.now_s()
    period = asked.period(now_s)
    viewer = viewer_of_request(request)
    rows = selectors.figures(viewer, period)[Grouping(by)]
    waits = selectors.recheck_waits(viewer, period)[Grouping(by)]
    names = _key_names([row.key for row in rows], Grouping(by))
    header = [
        *(_("Code"), _("Name"), pgettext("hazard", "Due")),
        *(_("Put right on time"), _("Put right on time ÷ due")),
        _("Wait for the re-check (median, days)"),
        *(_("Re-checked"), _("Returned for rework"), _("Rework rate")),
    ]
    lines = (
        [
            *(row.key, names[row.key], row.due, row.on_time),
            "" if row.on_time_share is None else round(row.on_time_share, 4),
            "" if row.key not in waits else round(waits[row.key] / DAY_S, 2),
            *(row.checked, row.reworked),
            "" if row.rework_rate is None else round(row.rework_rate, 4),
        ]
        for row in rows
    )
    response = StreamingHttpResponse(
        csv_lines(header, lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="hazards-{by}.csv"'
    return response


@require_safe
@hazards_page(Permission.HAZARD_VIEW)
def hazard_cases(request: HttpRequest) -> HttpResponseBase:
    """The hazards behind a figure, as a list or as CSV (``?form=csv``)."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    rows, title = _cases(request, viewer, now_s)
    if request.GET.get("form") == "csv":
        return csv_answer(rows)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": title,
        "hazards": listed(page.object_list),
        "page": page,
        "query": query.urlencode(),
    }
    return render(request, "wardmote/hazards/cases.html", context)


@require_safe
@hazards_page(Permission.HAZARD_VIEW)
def hazard_map(request: HttpRequest) -> HttpResponse:
    """Where hazards cluster: counts by square on the map, and the same as a table."""
    asked, viewer, now_s = _asked(request), viewer_of_request(request), clock.now_s()
    category = request.GET.get("category", "").replace("\0", "")
    named = request.GET.get("cell", "")
    cell_m = int(named) if named in {str(one) for one in CELLS_M} else CELLS_M[1]
    period = asked.period(now_s)
    wanted = HazardFilter(category=category, start_s=period.start_s, end_s=period.end_s)
    cells = selectors.hot_cells(viewer, wanted, float(cell_m))
    few = selectors.categories(now_s).few
    shown = [
        {
            "number": number,
            "count": cell.count,
            "few": cell.count < few,
            "lon": (cell.west + cell.east) / 2,
            "lat": (cell.south + cell.north) / 2,
            "box": [cell.west, cell.south, cell.east, cell.north],
        }
        for number, cell in enumerate(cells[:MOST_CELLS], 1)
    ]
    context = {
        "asked": asked,
        "category": category,
        "categories": category_choices(),
        "cell_m": cell_m,
        "cells_m": CELLS_M,
        "cells": shown,
        "more": max(0, len(cells) - MOST_CELLS),
        "total": sum(cell.count for cell in cells),
        "few": few,
        "page_data": {"cells": shown},
    }
    return render(request, "wardmote/hazards/hot_spots.html", context)


def _asked(request: HttpRequest) -> Asked:
    """The period in the address; the last `USUAL_DAYS` days where it names none that fits."""
    today = local_day(clock.now_s())
    last = day_of(request.GET.get("last", "")) or today
    first = day_of(request.GET.get("first", "")) or last - datetime.timedelta(days=USUAL_DAYS - 1)
    if not 0 <= (last - first).days <= MOST_DAYS or not 1970 < first.year < 9_000:
        return Asked(today - datetime.timedelta(days=USUAL_DAYS - 1), today)
    return Asked(first, last)


def _rows(
    found: Sequence[HazardFigures],
    by: Grouping,
    asked: Asked,
    few: int,
    waits: Mapping[str, float],
) -> list[dict[str, Any]]:
    names = _key_names([row.key for row in found], by)
    return [
        {**_row(row, by, asked, few, names[row.key]), "wait": _wait_text(waits.get(row.key))}
        for row in found
    ]


def _wait_text(wait_s: float | None) -> str:
    """A wait in days; a dash where nothing waited."""
    return "–" if wait_s is None else _("%(days).1f d") % {"days": wait_s / DAY_S}


def _row(
    row: HazardFigures, by: Grouping | None, asked: Asked, few: int, name: str
) -> dict[str, Any]:
    counts = {
        HazardFigure.DUE: row.due,
        HazardFigure.ON_TIME: row.on_time,
        HazardFigure.LATE: row.due - row.on_time,
        HazardFigure.CHECKED: row.checked,
        HazardFigure.REWORKED: row.reworked,
    }
    more = {} if by is None else {"by": by.value, "key": row.key}
    return {
        "name": name,
        "cells": [
            {
                "count": count,
                "figure": FIGURES[figure],
                "url": f"{reverse('hazard-cases')}?{asked.query(figure=figure.value, **more)}",
            }
            for figure, count in counts.items()
        ],
        "on_time": _share_text(row.on_time_share, row.due, few),
        "rework": _share_text(row.rework_rate, row.checked, few),
    }


def _share_text(share: float | None, base: int, few: int) -> str:
    """A share in words; marked where it rests on few cases, a dash where on none."""
    if share is None:
        return "–"
    return f"{100 * share:.1f} %" + (" *" if base < few else "")


def _ages(viewer: Viewer, now_s: float) -> list[dict[str, Any]]:
    return [
        {
            "name": _band_name(number),
            "count": count,
            "url": f"{reverse('hazard-cases')}?{urlencode({'age': str(number)})}",
        }
        for number, count in enumerate(selectors.open_by_age(viewer, now_s))
    ]


def _band_name(number: int) -> str:
    if number == len(AGE_BANDS_D):
        return _("more than %(days)d days") % {"days": AGE_BANDS_D[-1]}
    if number == 0:
        return _("up to %(days)d day") % {"days": AGE_BANDS_D[0]}
    return _("more than %(low)d, up to %(high)d days") % {
        "low": AGE_BANDS_D[number - 1],
        "high": AGE_BANDS_D[number],
    }


def _cases(request: HttpRequest, viewer: Viewer, now_s: float) -> tuple[QuerySet[HazardRow], str]:
    """The hazards that the address asks for, and what they are."""
    age = request.GET.get("age", "")
    if age:
        if age not in {str(number) for number in range(len(AGE_BANDS_D) + 1)}:
            raise Http404
        rows = selectors.open_of_age(viewer, int(age), now_s)
        return rows, _("Open, reported %(age)s ago") % {"age": _band_name(int(age))}
    named, by = request.GET.get("figure", ""), request.GET.get("by", "")
    if named not in {one.value for one in HazardFigure} or by not in {"", *map(str, Grouping)}:
        raise Http404
    asked, key = _asked(request), request.GET.get("key", "").replace("\0", "")
    figure, group = HazardFigure(named), Grouping(by) if by else None
    title = str(FIGURES[figure])
    if group is not None:
        title = f"{_key_names([key], group)[key]}: {title}"
    rows = selectors.cases(viewer, asked.period(now_s), figure, group, key)
    return rows, f"{title}, {asked.first} – {asked.last}"


def _key_names(keys: Sequence[str], by: Grouping) -> dict[str, str]:
    """What groups are called, by key: one look-up for a whole table."""
    if by is Grouping.AREA:
        return area_names(keys)
    if by is Grouping.CATEGORY:
        return {**{key: key for key in keys}, **dict(category_choices())}
    known, language = selectors.department_names(keys), get_language() or ""
    return {
        key: department_name(None)
        if not key
        else (known[key].in_language(language) if key in known else key)
        for key in keys
    }
