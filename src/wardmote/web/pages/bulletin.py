"""The response bulletin: page, PDF, workbook, and the calls behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.core.measures.sections import unusual
from wardmote.operations.bulletins.selectors import (
    Reported,
    document_of,
    figures_of,
    published_bulletin,
)
from wardmote.operations.bulletins.services import digest_of
from wardmote.operations.bulletins.shown import Shown, live_figures, shown_bulletin
from wardmote.operations.incidents.history import calls_by_id
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.places.selectors import categories_in_force, city, division_names
from wardmote.operations.units.selectors import all_units
from wardmote.web.documents import pdf_of
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.bulletin_charts import call_bars, share_charts
from wardmote.web.pages.bulletin_levels import level_findings
from wardmote.web.pages.bulletin_period_words import (
    FIRST_YEAR,
    LAST_YEAR,
    WORDS,
    PeriodWords,
    period_of_name,
    period_text,
)
from wardmote.web.pages.bulletin_rows import rows_of
from wardmote.web.pages.bulletin_sections import section_finding, section_groups
from wardmote.web.pages.bulletin_sheet import workbook_of
from wardmote.web.pages.bulletin_tables import (
    Names,
    calls_behind,
    corrections,
    tables_of,
)
from wardmote.web.pages.bulletin_words import findings_of
from wardmote.web.tables import Table
from wardmote.web.viewers import needs, viewer_of_request

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
    """The bulletin of a day, an ISO week or a month such as ``2026-W47``.

    One that was published is shown as published; ``?live=1`` works it out as of now.
    """
    shown = _shown(request, period)
    made = _of_shown(request, shown)
    words = WORDS[made.period.kind]
    published = shown.published
    live = published is not None and not shown.as_published
    at = {"at": repr(shown.at_s)}
    if shown.as_published and published is not None:
        at["area"] = published.area
    opened = {"bulletin-cases": at, "bulletin-calls": {"live": "1"} if live else {}}
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
        "rows": rows_of(made.tables, period, opened=opened, every="rows" in request.GET),
        "charts": share_charts(made.reported.sections),
        "at": at["at"],
        "shown_at": local_time(shown.at_s),
        "unfinished": shown.at_s < made.reported.end_s,
        "standard": made.reported.standard.name.in_language(get_language() or ""),
        "has_calls": bool(made.reported.bulletin.total.calls.count),
        "previous": _neighbour(made.period.before),
        "next": _neighbour(made.period.after) if made.reported.end_s <= shown.at_s else "",
        "page_data": _chart(made.reported),
        "published": published,
        "published_at": None if published is None else local_time(published.made_s),
        "as_published": shown.as_published,
        "live": live,
    }
    return render(request, "wardmote/bulletins/bulletin.html", context)


@needs(Permission.REPORT_VIEW)
def bulletin_pdf(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin as PDF/A."""
    shown = _shown(request, period)
    made = _of_shown(request, shown)
    language = get_language() or "en"
    document = pdf_of(
        "bulletin.typ",
        {
            "title": _title(WORDS[made.period.kind]),
            "period": period_text(made.period),
            "lang": "zh" if language.startswith("zh") else "en",
            "footer": _made_text(shown),
            "findings": made.findings,
            "bars": call_bars(made.reported),
            "charts": [asdict(chart) for chart in share_charts(made.reported.sections)],
            "legend": {
                "now": _("This period"),
                "before": _("Period before"),
                "calls": _("Valid calls"),
            },
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
    made = _of_shown(request, _shown(request, period))
    workbook = workbook_of(
        _title(WORDS[made.period.kind]), period_text(made.period), made.tables, made.findings
    )
    return _download(workbook, _XLSX, f"bulletin-{period}.xlsx")


@needs(Permission.REPORT_VIEW)
def bulletin_published(request: HttpRequest, period: str) -> HttpResponse:
    """The bulletin as it was published, and what the record says otherwise by now."""
    viewer = viewer_of_request(request)
    published = published_bulletin(viewer, period_of_name(period))
    if published is None:
        raise Http404
    made = _worded(published.reported, [published.area], published.made_s)
    now = live_figures([published.area], made.period, now_s=clock.now_s()).reported
    recomputed = ""
    if request.GET.get("recompute"):
        then = figures_of([published.area], made.period, now_s=published.made_s, live=False)
        same = digest_of(document_of(then)) == published.digest
        recomputed = "same" if same else "other"
    opened = {"bulletin-cases": {"at": repr(published.made_s), "area": str(published.area)}}
    context = {
        "period_name": period,
        "title": _title(WORDS[made.period.kind]),
        "period": period_text(made.period),
        "area": area_name(published.area),
        "charts": share_charts(made.reported.sections),
        "at": opened["bulletin-cases"]["at"],
        "rows": rows_of(made.tables, period, opened=opened, every="rows" in request.GET),
        "recomputed": recomputed,
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
    shown = _shown(request, period)
    reported = shown.reported
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
    context = {
        "period_name": period,
        "rows": rows,
        "count": len(ids),
        "shown": len(rows),
        "live": shown.published is not None and not shown.as_published,
    }
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


def _shown(request: HttpRequest, name: str) -> Shown:
    """What the page, its PDF and its workbook show alike."""
    return shown_bulletin(
        viewer_of_request(request),
        period_of_name(name),
        now_s=clock.now_s(),
        live=bool(request.GET.get("live")),
    )


def _of_shown(request: HttpRequest, shown: Shown) -> _Made:
    """What is shown, in words: of what was published for its area, else for the reader's."""
    if shown.as_published and shown.published is not None:
        areas: Sequence[AreaId] = [shown.published.area]
    else:
        areas = viewer_of_request(request).areas_with(Permission.REPORT_VIEW)
    return _worded(shown.reported, areas, shown.at_s)


def _worded(reported: Reported, areas: Sequence[AreaId], at_s: float) -> _Made:
    names = _names(reported)
    subjects = {**names.groups, **names.categories}
    findings = findings_of(reported, subjects, names.language)
    findings += [section_finding(room, line) for room, line in unusual(reported.sections)]
    findings += level_findings(areas, reported, at_s)
    return _Made(reported, tables_of(reported, names), findings)


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
    groups += section_groups(reported.sections)
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


def _made_text(shown: Shown) -> str:
    when = f"{local_time(shown.at_s):%Y-%m-%d %H:%M}"
    if shown.as_published and shown.published is not None:
        told = {"when": when, "digest": shown.published.digest}
        return _("Published by Wardmote on %(when)s; SHA-256 of the figures: %(digest)s.") % told
    return _("Made by Wardmote on %(when)s from the record.") % {"when": when}


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
