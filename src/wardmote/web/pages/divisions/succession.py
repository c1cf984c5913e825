"""Splitting, merging and moving villages and grids: asked, looked at, then done."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import shapely
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.beat.topology import area_m2
from wardmote.core.domain.division_changes import TreeLevel, area_of, full_code
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.places import services, tree
from wardmote.operations.places.services import Choices, Prepared, Succession
from wardmote.operations.places.tree import TreeRow
from wardmote.web.pages.divisions.forms import LineForm, MergeForm, MoveForm, PartForm, on_day
from wardmote.web.pages.divisions.words import LEVELS, attempt, seen_row, spoken, today
from wardmote.web.viewers import needs, viewer_of_request

DIGITS = 6


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def split(request: HttpRequest, code: str) -> HttpResponse:
    """Cut a village or grid along a line: the line, then the parts, then the preview."""
    row = _editable(request, code)
    sent = request.POST if request.method == "POST" else None
    form = LineForm(sent, initial=on_day(today()))
    context: dict[str, Any] = {"form": form}
    if sent is not None and form.is_valid():
        line, day = form.cleaned_data["line"], form.cleaned_data["day"]
        pieces: list[Any] = []
        if attempt(
            request,
            lambda _viewer, _now_s: pieces.extend(services.pieces_of_cut(code, line, day)),
        ):
            parts = _parts(request, row, len(pieces))
            context |= {"parts": _part_lines(parts, pieces), "pieces_json": _pieces_json(pieces)}
            if "parts" in request.POST and all(part.is_valid() for part in parts):
                named = [(full_code(part.cleaned_data["code"]) or "", part.name())
                         for part in parts]  # fmt: skip
                done = _asked(
                    request, context, lambda: services.split_along(code, line, named, day)
                )
                if done:
                    return redirect("division", code=code)
    return _page(request, "split", row, context)


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Make one village or grid of several beside one another."""
    row = _editable(request, code)
    beside = [
        (one.code, f"{one.code} {spoken(one.name)}")
        for one in tree.children_of(row.parent, today())
        if one.code != code
    ]
    initial = on_day(today()) | {"code": code, "name_zh": row.name.zh, "name_en": row.name.en}
    form = MergeForm(request.POST or None, beside=beside, initial=initial)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        codes = [code, *entered["others"]]
        to = full_code(entered["code"]) or entered["code"]
        if _asked(
            request, context, lambda: services.merge_of(codes, to, form.name(), entered["day"])
        ):
            return redirect("division", code=to)
    return _page(request, "merge", row, context)


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a village under another town, and so under another code."""
    row = _editable(request, code)
    initial = on_day(today()) | {"name_zh": row.name.zh, "name_en": row.name.en}
    form = MoveForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["code"]
        if full_code(to) != to:
            form.add_error("code", _("A code of a village has 12 digits."))
        elif _asked(
            request,
            context,
            lambda: services.move_of(code, to, form.name(), form.cleaned_data["day"]),
        ):
            return redirect("division", code=to)
    return _page(request, "move", row, context)


def _editable(request: HttpRequest, code: str) -> TreeRow:
    row = seen_row(request, code)
    if not viewer_of_request(request).may(Permission.CONFIGURATION_EDIT, area_of(code)):
        raise PermissionDenied
    return row


def _page(request: HttpRequest, which: str, row: TreeRow, context: dict[str, Any]) -> HttpResponse:
    shape = tree.boundaries_on([row.code], today()).get(row.code)
    context |= {
        "which": which,
        "row": row,
        "name": spoken(row.name, row.code),
        "level": LEVELS[row.level],
        "km2": None if shape is None else area_m2(shape) / 1e6,
        "is_village": row.level is TreeLevel.VILLAGE,
    }
    failed = request.method == "POST" and "ready" not in context and "parts" not in context
    return render(
        request, "wardmote/divisions/succession.html", context, status=422 if failed else 200
    )


def _parts(request: HttpRequest, row: TreeRow, count: int) -> list[PartForm]:
    sent = request.POST if "parts" in request.POST else None
    first = {"code": row.code, "name_zh": row.name.zh, "name_en": row.name.en}
    return [
        PartForm(sent, prefix=f"part{number}", initial=first if number == 0 else {})
        for number in range(count)
    ]


def _part_lines(parts: list[PartForm], pieces: list[Any]) -> list[dict[str, Any]]:
    return [
        {"form": form, "number": number, "km2": area_m2(piece) / 1e6}
        for number, (form, piece) in enumerate(zip(parts, pieces, strict=True), start=1)
    ]


def _pieces_json(pieces: list[Any]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(piece)),
            "properties": {"label": str(number), "own": False, "code": ""},
        }
        for number, piece in enumerate(pieces, start=1)
    ]
    return {"type": "FeatureCollection", "features": features}


def _asked(request: HttpRequest, context: dict[str, Any], make: Any) -> bool:
    """Show what would follow, or do it where the reader has looked and says so."""
    ready: list[Prepared] = []

    def look(viewer: Viewer, _now_s: float) -> None:
        ready.append(services.prepare(viewer, make()))

    if not attempt(request, look):
        return False
    context |= {"ready": _words(ready[0])}
    if "confirm" not in request.POST:
        return False
    wanted: Succession = ready[0].succession
    choices = _choices(request, ready[0])
    return attempt(
        request,
        lambda viewer, now_s: services.follow(viewer, wanted, choices, now_s=now_s),
        _("Done. What was before stays on record."),
    )


def _choices(request: HttpRequest, ready: Prepared) -> Choices:
    return Choices(
        beats={beat.beat: request.POST.getlist(f"beat-{beat.beat}") for beat in ready.beats},
        dependants={
            (one.kind, one.dependant_id): to
            for one in ready.dependants
            if (to := request.POST.get(f"{one.kind}-{one.dependant_id}", ""))
        },
    )


def _words(ready: Prepared) -> Mapping[str, Any]:
    wanted = ready.succession
    after = [(one.code, spoken(one.name, one.code)) for one in wanted.after]
    grids = [(one.before[0], [it.code for it in one.after]) for one in ready.grids]
    ends = [code for code in wanted.before if code not in dict(after)]
    return {
        "day": wanted.day,
        "before": wanted.day - datetime.timedelta(days=1),
        "after": [(code, name, ready.pieces.get(code, 0)) for code, name in after],
        "ends": ends,
        "grids": grids,
        "beats": [(beat.beat, spoken(beat.name, beat.beat)) for beat in ready.beats],
        "dependants": ready.dependants,
        "targets": [*after, *((code, code) for _, codes in grids for code in codes)],
    }
