"""Do places fit one another? A list, a table and a map of what does not."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.beat.topology import DEFAULT_TOLERANCE_M2, Finding, FindingKind
from wardmote.core.domain.areas import EVERYWHERE, area_prefix, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.places import findings, tree
from wardmote.web.pages.divisions.words import FINDINGS, LEVELS, day_asked, spoken
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import needs, viewer_of_request

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    area: AreaId
    tolerance_m2: float
    found: tuple[Finding, ...]


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def finding_list(request: HttpRequest) -> HttpResponse:
    """Overlaps, gaps and places that reach out, with the tolerance stated."""
    asked = _asked(request)
    context = {
        "area": asked.area,
        "areas": _areas(request),
        "tolerance": asked.tolerance_m2,
        "count": len(asked.found),
        "rows": _lines(asked.found[:MOST_SHOWN]),
        "most": MOST_SHOWN,
        "day": day_asked(request),
        "query": request.GET.urlencode(),
    }
    return render(request, "wardmote/divisions/findings.html", context)


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def finding_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All findings as a table."""
    header = [_("Finding"), _("Codes"), _("Names"), "m²", "lon", "lat"]
    rows = (
        [line["what"], line["codes_text"], line["names_text"], round(line["area_m2"]),
         "" if line["lon"] is None else line["lon"], "" if line["lat"] is None else line["lat"]]
        for line in _lines(_asked(request).found)
    )  # fmt: skip
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="findings.csv"'
    return response


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def finding_shapes(request: HttpRequest) -> JsonResponse:
    """The ground of the findings as GeoJSON, in the order of the list."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(one.shape)),
            "properties": {"label": str(number), "kind": one.kind.value, "code": "", "own": False},
        }
        for number, one in enumerate(_asked(request).found[:MOST_SHOWN], start=1)
        if one.shape is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _asked(request: HttpRequest) -> _Asked:
    areas = [code for code, _name in _areas(request)]
    area = AreaId(request.GET.get("area", ""))
    viewer = viewer_of_request(request)
    fits = is_area_code(area) and area != EVERYWHERE
    if not fits or not viewer.may(Permission.CONFIGURATION_VIEW, area):
        area = AreaId(areas[0]) if areas else EVERYWHERE
    try:
        tolerance = float(request.GET.get("tolerance", ""))
    except ValueError:
        tolerance = DEFAULT_TOLERANCE_M2
    if not (math.isfinite(tolerance) and 0 <= tolerance <= 1e9):
        tolerance = DEFAULT_TOLERANCE_M2
    day = day_asked(request)
    if area == EVERYWHERE:
        return _Asked(area, tolerance, ())
    return _Asked(area, tolerance, findings.findings_within(viewer, area, day, tolerance))


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    """Divisions down to towns that the viewer sees, the widest first."""
    viewer = viewer_of_request(request)
    day = day_asked(request)
    chosen = [
        row
        for top in tree.tops(day)
        for row in (top, *tree.wide_rows(area_prefix(AreaId(top.code)), day))
        if viewer.may(Permission.CONFIGURATION_VIEW, AreaId(row.code))
    ]
    unique = {row.code: row for row in chosen}
    return [
        (code, f"{code} {spoken(row.name)} ({LEVELS[row.level]})") for code, row in unique.items()
    ]


def _lines(found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    named = tree.names_of({code for one in found for code in one.codes})
    names = {
        code: spoken(named[code], code) if code in named else code
        for one in found
        for code in one.codes
    }
    return [
        {
            "number": number,
            "what": FINDINGS[one.kind],
            "sure": one.kind is not FindingKind.NO_BOUNDARY,
            "places": [(code, names[code]) for code in one.codes],
            "codes_text": " ".join(one.codes),
            "names_text": ", ".join(names[code] for code in one.codes),
            "area_m2": one.area_m2,
            "lon": one.lon,
            "lat": one.lat,
        }
        for number, one in enumerate(found, start=1)
    ]
