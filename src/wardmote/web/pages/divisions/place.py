"""One place of the tree: what is below it, its boundaries and history, and forms that change it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

import shapely
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.beat.topology import area_m2
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.division_changes import GRID_DIGITS, TreeLevel, area_of, level_of
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import selectors, services, tree
from wardmote.operations.places.services import NewPlace
from wardmote.operations.places.shapes import boundary_of_rings
from wardmote.operations.places.tree import TreeRow
from wardmote.web.pages.divisions.forms import EndForm, OpenForm, RedrawForm, RenameForm, on_day
from wardmote.web.pages.divisions.named import named_lines
from wardmote.web.pages.divisions.tree import change_lines, place_lines
from wardmote.web.pages.divisions.words import (
    LEVELS,
    attempt_once,
    day_asked,
    seen_row,
    spoken,
    today,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import needs, viewer_of_request

HISTORY = 50
DIGITS = 6
"""Of degrees on the map: a decimetre."""
CORNERS_SHOWN = 3_000
"""A longer outline is drawn on the map and changed by a file, not in a text field."""


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def place(request: HttpRequest, code: str) -> HttpResponse:
    """A place of the tree; a POST changes it or opens one below it."""
    row = seen_row(request, code)
    viewer = viewer_of_request(request)
    chosen = request.POST.get("form", "")
    shown = _forms(request, row, chosen)
    if request.method == "POST" and chosen in shown:
        form = shown[chosen]
        if form.is_valid() and attempt_once(request, _acts(code, form)[chosen], _("Saved.")):
            return redirect("division", code=code)
    return render(
        request,
        "wardmote/divisions/place.html",
        _context(request, viewer, row) | {"forms": shown},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def places_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Everything below a place on a day, as a table that the import reads again."""
    row = seen_row(request, code)
    prefix = code if row.level is TreeLevel.GRID else area_prefix(area_of(code))
    header = ["code", "name_zh", "name_en", "lon", "lat", "population", "from", "to"]
    rows = (
        [one.code, one.name.zh, one.name.en, *_blank(one.lon, one.lat, one.population),
         *_blank(one.days.first, one.days.last)]
        for one in tree.rows_within(prefix, day_asked(request))
    )  # fmt: skip
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="places-{code}.csv"'
    return response


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def place_shapes(request: HttpRequest, code: str) -> JsonResponse:
    """The boundary of a place and of those directly below it on a day, as GeoJSON."""
    row = seen_row(request, code)
    day = day_asked(request)
    rows = {one.code: one for one in (row, *tree.children_of(code, day))}
    shapes = tree.boundaries_on(list(rows), day)
    rounded = shapely.set_precision(list(shapes.values()), 10.0**-DIGITS, mode="pointwise")
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(text),
            "properties": {
                "code": one,
                "own": one == code,
                "label": spoken(rows[one].name, one),
                "level": rows[one].level.value,
            },
        }
        for one, text in zip(shapes, shapely.to_geojson(rounded), strict=True)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _blank(*values: object) -> list[object]:
    return ["" if value is None else value for value in values]


def _forms(request: HttpRequest, row: TreeRow, chosen: str) -> dict[str, forms.Form]:
    first: Mapping[str, Any] = on_day(today())
    shape = tree.boundaries_on([row.code], today()).get(row.code)
    kinds: dict[str, tuple[type[forms.Form], Mapping[str, Any]]] = {
        "open": (OpenForm, first),
        "rename": (RenameForm, {**first, "name_zh": row.name.zh, "name_en": row.name.en}),
        "redraw": (RedrawForm, {**first, "corners": corners_text(shape)}),
        "end": (EndForm, first),
    }
    return {
        name: kind(request.POST if name == chosen else None, prefix=name, initial=dict(initial))
        for name, (kind, initial) in kinds.items()
    }


def corners_text(shape: Any) -> str:
    """The outer rings of a boundary as the form has them; empty where it is too long for that."""
    if shape is None or shapely.get_num_coordinates(shape) > CORNERS_SHOWN:
        return ""
    if any(part.interiors for part in shapely.get_parts(shape)):
        return ""  # holes are kept by files alone
    return "\n\n".join(
        "\n".join(f"{lon:.7f}, {lat:.7f}" for lon, lat in list(part.exterior.coords)[:-1])
        for part in shapely.get_parts(shape)
    )


def _acts(code: str, form: forms.Form) -> dict[str, Callable[[Viewer, float], object]]:
    entered = form.cleaned_data

    def opened(viewer: Viewer, now_s: float) -> None:
        assert isinstance(form, OpenForm)
        new = NewPlace(
            entered["code"], form.name(), entered["from_day"], population=entered["population"]
        )
        services.open_place(viewer, new, now_s=now_s)

    def renamed(viewer: Viewer, now_s: float) -> None:
        assert isinstance(form, RenameForm)
        services.rename_place(viewer, code, form.name(), entered["day"], now_s=now_s)

    def redrawn(viewer: Viewer, now_s: float) -> None:
        shape = boundary_of_rings(entered["corners"])
        services.redraw_place(viewer, code, shape, entered["day"], now_s=now_s)

    def ended(viewer: Viewer, now_s: float) -> None:
        services.end_place(viewer, code, entered["last_day"], now_s=now_s)

    return {"open": opened, "rename": renamed, "redraw": redrawn, "end": ended}


def _context(request: HttpRequest, viewer: Viewer, row: TreeRow) -> dict[str, Any]:
    day = day_asked(request)
    may_edit = viewer.may(Permission.CONFIGURATION_EDIT, area_of(row.code))
    here = row.days.hold(today())
    leaf = row.level in (TreeLevel.VILLAGE, TreeLevel.GRID)
    history = _history(row.code)
    return {
        "row": row,
        "name": spoken(row.name, row.code),
        "level": LEVELS[row.level],
        "path": place_lines(tree.path_to(row.code)[:-1]),
        "children": place_lines(tree.children_of(row.code, day)),
        "ended": [
            line
            for line in place_lines(tree.children_of(row.code, None))
            if not line["row"].days.hold(day)
        ],
        "day": day,
        "versions": [_version(one) for one in tree.versions_of(row.code)],
        "changes": history,
        "named": named_lines(row, history) if may_edit else [],
        "beats": _beats(row, day),
        "posts": _posts(row.code),
        "may_edit": may_edit and here,
        "may_follow": may_edit and here and leaf,
        "may_move": may_edit and here and row.level is TreeLevel.VILLAGE,
        "may_open": may_edit and here and level_of(row.code) is not TreeLevel.GRID,
        "is_grid": len(row.code) == GRID_DIGITS,
        "needed_by": services.leaned_on_by(viewer, row.code, today()) if may_edit else [],
    }


def _history(code: str) -> list[Any]:
    return [
        line for line in change_lines(code, HISTORY) if code in line.before or code in line.after
    ]


def _version(version: Any) -> dict[str, Any]:
    shape = shapely.from_wkb(bytes(version.boundary)) if bytes(version.boundary) else None
    return {
        "from_day": version.from_day,
        "km2": None if shape is None else area_m2(shape) / 1e6,
        "corners": 0 if shape is None else int(shapely.get_num_coordinates(shape)),
        "by": version.set_by,
    }


def _posts(code: str) -> list[str]:
    return [
        spoken(Bilingual(post.name_zh, post.name_en), post.pk)
        for post in selectors.posts()
        if post.area == code
    ]


def _beats(row: TreeRow, day: datetime.date) -> list[dict[str, str]]:
    code = area_of(row.code)
    return [
        {"id": beat.beat, "name": spoken(beat.name, beat.beat)}
        for beat in tree.beats_on(day)
        if code in beat.villages or beat.area == row.code
    ]
