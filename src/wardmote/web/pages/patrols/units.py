"""Patrols on the page of idle units: which run now, how they were driven, when places were seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.patrols import (
    DAY_S,
    PatrolFigures,
    PatrolRecord,
    PlaceVisits,
    patrol_figures,
    patrols_by_unit,
    visits_of,
)
from wardmote.core.policies.patrol import Stop
from wardmote.core.policies.patrol_adherence import Adherence, adherence
from wardmote.operations.dispatch.beats import street_names
from wardmote.operations.dispatch.patrol_history import (
    RunningPatrol,
    known_since,
    patrol_records,
    patrols_running,
)
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.places.errors import CityNotLoadedError
from wardmote.operations.places.selectors import key_places, locate, location_index
from wardmote.operations.units.selectors import units_by_id
from wardmote.web.live.present import tracks_of
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.tables import UNKNOWN
from wardmote.web.viewers import needs, viewer_of_request

PERIODS = (1, 7, 30)
MOST_PLACES = 500
"""Key places on the page; the CSV has all."""


@dataclass(frozen=True, slots=True)
class RunningRow:
    """A patrol that runs, in words."""

    unit: str
    since: str
    until: str
    stops: str
    driven: str
    following: str


@dataclass(frozen=True, slots=True)
class DrivenRow:
    """Patrols of a unit, or of all, in words."""

    name: str
    figures: PatrolFigures
    way: str
    visited: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Visits of a key place, in words."""

    name: str
    visits: PlaceVisits
    since: str


def days_asked(text: str) -> int:
    """The period that an address asks for, days; a week otherwise."""
    return {str(one): one for one in PERIODS}.get(text, PERIODS[1])


def patrols_context(viewer: Viewer, days: int, now_s: float) -> dict[str, Any]:
    """What the page of idle units says about patrols."""
    records = patrol_records(viewer)
    recent = [one for one in records if one.made_s >= now_s - days * DAY_S]
    visits = _visits(viewer, records, days, now_s)
    return {
        "running": _running(viewer, now_s),
        "running_at": f"{local_time(now_s):%H:%M}",
        "driven": [_driven(_("All units"), patrol_figures(recent)), *_by_unit(recent)]
        if recent
        else [],
        "key_place_visits": visits[:MOST_PLACES],
        "more_places": max(0, len(visits) - MOST_PLACES),
    }


@require_safe
@needs(Permission.REPORT_VIEW)
def patrols_csv(request: HttpRequest, table: str) -> HttpResponseBase:
    """Patrols by unit, or visits of key places, as CSV."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    days = days_asked(request.GET.get("days", ""))
    records = patrol_records(viewer)
    if table == "patrols":
        recent = [one for one in records if one.made_s >= now_s - days * DAY_S]
        header, rows = _units_csv(_by_unit(recent))
    elif table == "key-places":
        header, rows = _places_csv(_visits(viewer, records, days, now_s))
    else:
        raise Http404
    answer = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}-{days}.csv"'
    return answer


def _running(viewer: Viewer, now_s: float) -> list[RunningRow]:
    running = patrols_running(viewer, now_s)
    if not running:
        return []
    names = _place_names()
    rows = []
    traces = tracks_of([(one.unit, one.made_s, now_s) for one in running])
    for one, trace in zip(running, traces, strict=True):
        driven = adherence(one.patrol, trace)
        planned = sum(bool(stop.key_place) for stop in one.patrol.stops)
        rows.append(
            RunningRow(
                one.call_sign,
                f"{local_time(one.made_s):%H:%M}",
                f"{local_time(one.until_s):%H:%M}",
                f"{len(driven.visited)} / {planned}",
                f"{driven.way_share:.0%}" if trace else UNKNOWN,
                _following(one, driven, names, now_s),
            )
        )
    return rows


def _following(one: RunningPatrol, driven: Adherence, names: dict[str, str], now_s: float) -> str:
    """Where the unit looks in next by its plan, and when."""
    for stop in one.patrol.stops:
        if one.made_s + stop.at_s + stop.stays_s < now_s or stop.key_place in driven.visited:
            continue
        return _("%(place)s at %(time)s") % {
            "place": _named(stop, names),
            "time": f"{local_time(one.made_s + stop.at_s):%H:%M}",
        }
    return _("on the way back")


def _named(stop: Stop, names: dict[str, str]) -> str:
    if stop.key_place:
        return names.get(stop.key_place, stop.key_place)
    streets = _street_names()
    if 0 <= stop.street < len(streets):
        return streets[stop.street].in_language(get_language() or "")
    return _("a place without a name")


def _street_names() -> tuple[Bilingual, ...]:
    try:
        return street_names(city_runtime())
    except CityNotLoadedError:
        return ()


def _place_names() -> dict[str, str]:
    return {row.pk: _place_name(row.pk, row.name_zh, row.name_en) for row in key_places()}


def _place_name(place: str, zh: str, en: str) -> str:
    return Bilingual(zh, en).in_language(get_language() or "") or place


def _by_unit(records: list[PatrolRecord]) -> list[DrivenRow]:
    figures = patrols_by_unit(records)
    signs = units_by_id(figures)
    return [
        _driven(signs[unit].call_sign if unit in signs else unit, found)
        for unit, found in figures.items()
    ]


def _driven(name: str, figures: PatrolFigures) -> DrivenRow:
    return DrivenRow(name, figures, _percent(figures.way_share), _percent(figures.visited_share))


def _visits(viewer: Viewer, records: list[PatrolRecord], days: int, now_s: float) -> list[PlaceRow]:
    """Of the key places of the period in the areas whose figures the viewer may see."""
    names = _places_seen(viewer, days, now_s)
    since = f"{local_day(known_since(records, now_s)):%Y-%m-%d}"
    return [
        PlaceRow(
            names[one.place],
            one,
            _("not since %(day)s") % {"day": since}
            if one.days_since is None
            else _days(one.days_since),
        )
        for one in visits_of(
            list(names), records, now_s - days * DAY_S, lambda at_s: _days_ago(at_s, now_s)
        )
    ]


def _days_ago(at_s: float, now_s: float) -> int:
    return (local_day(now_s) - local_day(at_s)).days


def _places_seen(viewer: Viewer, days: int, now_s: float) -> dict[str, str]:
    """Names by id; elsewhere the viewer knows no patrols, so nothing can be said of visits."""
    first, last = local_day(now_s - days * DAY_S), local_day(now_s)
    return {
        row.pk: _place_name(row.pk, row.name_zh, row.name_en)
        for row in key_places()
        if (row.valid_from is None or row.valid_from <= last)
        and (row.valid_to is None or row.valid_to >= first)
        and viewer.may(Permission.REPORT_VIEW, _area_at(row.lon, row.lat, now_s))
    }


def _area_at(lon: float, lat: float, now_s: float) -> AreaId:
    """What lies outside every division belongs to the whole place."""
    return locate(lon, lat, now_s).area or location_index().whole_area


def _days(number: int) -> str:
    return _("today") if number == 0 else str(number)


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share:.0%}"


def _units_csv(rows: list[DrivenRow]) -> tuple[list[str], list[list[str | float]]]:
    header = [
        _("Unit"), pgettext("count", "Patrols"), _("Cut short"), _("Positions unknown"),
        _("Way driven"), _("Key places planned"), _("Key places visited"),
        _("Visited of those planned"),
    ]  # fmt: skip
    return header, [
        [
            row.name, row.figures.patrols, row.figures.cut_short, row.figures.unknown,
            _number(row.figures.way_share), row.figures.planned, row.figures.visited,
            _number(row.figures.visited_share),
        ]
        for row in rows
    ]  # fmt: skip


def _places_csv(rows: list[PlaceRow]) -> tuple[list[str], list[list[str | float]]]:
    header = [
        _("Id"), _("Key place"), _("Visits planned"), _("Visits"), _("Last visit"),
        _("Days since the last visit"),
    ]  # fmt: skip
    return header, [
        [
            row.visits.place,
            row.name,
            row.visits.planned,
            row.visits.visits,
            "" if row.visits.last_s is None else f"{local_time(row.visits.last_s):%Y-%m-%d %H:%M}",
            "" if row.visits.days_since is None else row.visits.days_since,
        ]
        for row in rows
    ]


def _number(share: float | None) -> str | float:
    return "" if share is None else round(share, 4)
