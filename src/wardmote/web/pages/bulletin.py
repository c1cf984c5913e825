"""The response bulletin: page, PDF, workbook, and the calls behind each figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_named, period_of
from wardmote.operations.bulletins.selectors import (
    Reported,
    bulletin_of,
    figures_of,
    published_bulletin,
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
    corrections,
    tables_of,
)
from wardmote.web.pages.bulletin_words import WORDS, PeriodWords, findings_of, period_text
from wardmote.web.viewers import needs, viewer_of_request

FIRST_YEAR, LAST_YEAR = 1971, 9_000
"""Of bulletins; clocks before and after are not asked."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CALLS_SHOWN = 1_000


@needs(Permission.REPORT_VIEW)
def latest_bulletin(request: HttpRequest) -> HttpResponse:
    """Go to the present day, week or month (``?of=day``), whose figures are still growing."""
    wanted = request.GET.get("of", "")
    kind = PeriodKind(wanted) if wanted in set(PeriodKind) else PeriodKind.WEEK
    return redirect("bulletin", period=period_of(kind, local_day(clock.now_s())).name)


@needs(Permission.REPORT_VIEW)
def bulletin(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin of a day, an ISO week or a month such as ``2026-W47``."""
    viewer = viewer_of_request(request)
    made = _made(viewer, period)
    now_s = clock.now_s()
    words = WORDS[made.period.kind]
    published = published_bulletin(viewer, made.period)
    context = {
        "period_name": period,
        "title": _title(words),
        "period": period_text(made.period),
        "words": words,
        "kinds": [
            (kind, one.tab, period_of(kind, made.period.first).name, kind is made.period.kind)
            for kind, one in WORDS.items()
        ],
        "findings": made.findings,
        "tables": made.tables,
        "unfinished": now_s < made.reported.end_s,
        "has_calls": bool(made.reported.bulletin.total.calls.count),
        "previous": _neighbour(made.period.before),
        "next": _neighbour(made.period.after) if made.reported.end_s <= now_s else "",
        "page_data": _chart(made.reported),
        "published": published,
        "published_at": None if published is None else local_time(published.made_s),
    }
    return render(request, "wardmote/bulletins/bulletin.html", context)


@needs(Permission.REPORT_VIEW)
def bulletin_pdf(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin as PDF/A."""
    made = _made(viewer_of_request(request), period)
    language = get_language() or "en"
    document = pdf_of(
        "bulletin.typ",
        {
            "title": _title(WORDS[made.period.kind]),
            "period": period_text(made.period),
            "lang": "zh" if language.startswith("zh") else "en",
            "footer": _made_text(),
            "findings": made.findings,
            "tables": [
                {
                    "title": table.title,
                    "header": list(table.header),
                    "rows": [[cell.text for cell in row] for row in table.rows],
                }
                for table in made.tables
            ],
        },
    )
    return _download(document, "application/pdf", f"bulletin-{period}.pdf")


@needs(Permission.REPORT_VIEW)
def bulletin_xlsx(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin as a workbook."""
    made = _made(viewer_of_request(request), period)
    workbook = workbook_of(
        _title(WORDS[made.period.kind]), period_text(made.period), made.tables, made.findings
    )
    return _download(workbook, _XLSX, f"bulletin-{period}.xlsx")


@needs(Permission.REPORT_VIEW)
def bulletin_published(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin as it was published, and what the record says otherwise by now."""
    viewer = viewer_of_request(request)
    published = published_bulletin(viewer, _period(period))
    if published is None:
        raise Http404
    made = _worded(published.reported)
    now = figures_of([published.area], made.period, now_s=clock.now_s())
    context = {
        "period_name": period,
        "title": _title(WORDS[made.period.kind]),
        "period": period_text(made.period),
        "area": division_words(published.area),
        "findings": made.findings,
        "tables": made.tables,
        "published": published,
        "published_at": local_time(published.made_s),
        "corrections": corrections(made.tables, tables_of(now, _names(now))),
    }
    return render(request, "wardmote/bulletins/published.html", context)


@needs(Permission.REPORT_VIEW)
def bulletin_calls(request: HttpRequest, period: str) -> HttpResponse:
    """The calls behind one figure of the bulletin."""
    viewer = viewer_of_request(request)
    reported = _reported(viewer, period)
    try:
        ids = calls_behind(reported, request.GET.get("group", ""), request.GET.get("figure", ""))
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
    context = {"period_name": period, "rows": rows, "count": len(ids), "shown": len(rows)}
    return render(request, "wardmote/bulletins/calls.html", context)


@dataclass(frozen=True, slots=True)
class _Made:
    """A bulletin with its words in the reader's language."""

    reported: Reported
    tables: tuple[Table, ...]
    findings: list[str]

    @property
    def period(self) -> Period:
        return self.reported.period


def _made(viewer: Viewer, period: str) -> _Made:
    return _worded(_reported(viewer, period))


def _worded(reported: Reported) -> _Made:
    names = _names(reported)
    subjects = {**names.groups, **names.categories}
    return _Made(
        reported, tables_of(reported, names), findings_of(reported, subjects, names.language)
    )


def _reported(viewer: Viewer, name: str) -> Reported:
    return bulletin_of(viewer, _period(name), now_s=clock.now_s())


def _period(name: str) -> Period:
    period = period_named(name)
    if period is None or not FIRST_YEAR <= period.first.year <= LAST_YEAR:
        raise Http404
    return period


def division_words(area: str) -> str:
    """The name of an area in the reader's language, or its code."""
    zh, en = division_names([area]).get(area, ("", ""))
    return Bilingual(zh, en).in_language(get_language() or "") or area


def _neighbour(period: Callable[[], Period]) -> str:
    found = period()
    return found.name if FIRST_YEAR <= found.first.year <= LAST_YEAR else ""


def _chart(reported: Reported) -> dict[str, Any]:
    """The chart of valid calls: labels, counts, and those of the period before."""
    hourly = reported.period.kind is PeriodKind.DAY
    slots = reported.slots
    return {
        "labels": [
            f"{local_time(start):%H:%M}" if hourly else f"{local_time(start):%m-%d}"
            for start in slots.starts_s
        ],
        "counts": list(slots.counts),
        "before": list(slots.before),
    }


def _names(reported: Reported) -> Names:
    language = get_language() or ""
    groups = [row.group for row in reported.bulletin.groups if row.group]
    groups += [one.area for one in reported.fraud_free]
    tree = categories_in_force(clock.now_s())
    return Names(
        groups={
            code: Bilingual(zh, en).in_language(language)
            for code, (zh, en) in division_names(groups).items()
        },
        units={unit.id: unit.call_sign for unit in all_units()},
        categories={
            row.category: tree.get(row.category).name.in_language(language)
            for row in reported.bulletin.categories
            if row.category in tree
        },
        language=language,
    )


def _title(words: PeriodWords) -> str:
    place = city()
    name = (
        ""
        if place is None
        else Bilingual(place.name_zh, place.name_en).in_language(get_language() or "")
    )
    return str(words.title) % {"place": name}


def _made_text() -> str:
    made = local_time(clock.now_s())
    return _("Made by Wardmote on %(when)s from the record.") % {"when": f"{made:%Y-%m-%d %H:%M}"}


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
