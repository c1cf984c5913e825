"""Plans side by side on maps: what they draw, the same as a table, and as a GeoJSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wardmote.core.studies.figures import Area, AreaFigures, AreaKind, Interval
from wardmote.core.studies.outcome_map import coordinates_of, outcome_geojson
from wardmote.core.studies.plan import Plan
from wardmote.web.pages.standards import minutes_and_seconds
from wardmote.web.pages.studies_tables import Seen
from wardmote.web.tables import UNKNOWN, Cell, Table

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A row of the table that stands for the maps.

    Attributes:
        number: of the area, as maps count them.
        few: whether there were too few calls for its shares to say anything.
    """

    number: int
    name: str
    cells: tuple[str, ...]
    few: bool


def map_data(one: Seen, plans: Sequence[Plan]) -> _Json:
    """What the maps of one scenario draw: outlines once, and figures of each plan by area."""
    by_code = {plan.code: plan for plan in plans}
    return {
        "areas": [
            {"name": name_of(area, one.language), "lon": area.lon, "lat": area.lat,
             "boundary": coordinates_of(area.boundary)}
            for area in one.outcome.areas
        ],
        "plans": [
            {
                "code": figures.plan,
                "name": name,
                "posts": [
                    {"name": {"zh": post.name.zh, "en": post.name.en}, "lon": post.lon,
                     "lat": post.lat, "units": post.units}
                    for post in figures.posts
                ],
                "reach": [
                    {"target_s": band.target_s, "boundary": coordinates_of(band.boundary)}
                    for band in figures.reach
                ],
                "areas": [_figures(found) for found in figures.areas],
                "grids": _grids(by_code.get(figures.plan)),
            }
            for figures, name in zip(one.figures, one.names(), strict=True)
        ],
    }  # fmt: skip


def area_table(one: Seen) -> Table:
    """In-time share and mean response by area, each with its interval."""
    rows = []
    for row, area in enumerate(one.outcome.areas):
        found = [figures.areas[row] for figures in one.figures]
        cells = [
            Cell(name_of(area, one.language)),
            Cell(area.id),
            Cell(str(found[0].measured), found[0].measured),
        ]
        for each in found:
            cells += [_share(each), _duration(each.mean_s)]
        rows.append(tuple(cells))
    header = [_kind(one.outcome.areas), _("Code"), _("Calls in all runs")]
    for name in one.names():
        header += [_("%(plan)s: in time") % {"plan": name},
                   _("%(plan)s: mean response (min:s)") % {"plan": name}]  # fmt: skip
    return Table("areas", _("By area, as on the maps (95 % interval)"), tuple(header), tuple(rows))


def area_rows(one: Seen, table: Table) -> list[AreaRow]:
    """The rows of `area_table` as the page shows them, without codes."""
    return [
        AreaRow(
            number,
            row[0].text,
            tuple(cell.text for cell in row[2:]),
            not one.figures[0].areas[number].is_told,
        )
        for number, row in enumerate(table.rows)
    ]


def geojson_answer(one: Seen) -> HttpResponse:
    """All layers of the maps as a file for other programs."""
    content = json.dumps(outcome_geojson(one.outcome, one.scenario), ensure_ascii=False)
    answer = HttpResponse(content, content_type="application/geo+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.scenario}.geojson"'
    return answer


def name_of(area: Area, language: str) -> str:
    """What people call an area; squares go by their column and row."""
    if area.kind is AreaKind.SQUARE:
        return _("Square %(place)s") % {"place": area.id}
    return area.name.in_language(language) or area.id


def _kind(areas: Sequence[Area]) -> str:
    kinds = {
        AreaKind.VILLAGE: _("Village or community"),
        AreaKind.TOWN: pgettext("division", "Town"),
        AreaKind.SQUARE: _("Square"),
    }
    return kinds[areas[0].kind] if areas else _("Area")


def _figures(found: AreaFigures) -> _Json:
    share, mean_s = found.in_time, found.mean_s
    return {
        "calls": found.measured,
        "few": not found.is_told,
        "share": None if share is None else [share.mean, share.low, share.high],
        "mean_s": None if mean_s is None else round(mean_s.mean, 1),
    }


def _grids(plan: Plan | None) -> list[Any]:
    if plan is None or plan.grids is None:
        return []
    return [coordinates_of(grid.boundary) for grid in plan.grids.grids]


def _share(found: AreaFigures) -> Cell:
    value = found.in_time
    if value is None:
        return Cell(UNKNOWN)
    text = f"{value.mean:.1%} ({value.low:.1%}–{value.high:.1%})"
    return Cell(text if found.is_told else _("%(share)s, too few calls") % {"share": text},
                value.mean)  # fmt: skip


def _duration(value: Interval | None) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    mean, low, high = (
        minutes_and_seconds(one) for one in (value.mean, max(0.0, value.low), value.high)
    )
    return Cell(f"{mean} ({low}–{high})", value.mean)
