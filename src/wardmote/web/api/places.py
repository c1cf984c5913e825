"""``/api/city``, ``/api/places/…``: what the map draws, and address search."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.gazetteer.search import NameHit
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.places.errors import CityNotLoadedError
from wardmote.operations.places.premise_notes import premise_notes_at
from wardmote.web.api.answers import answer, as_request, forbidden
from wardmote.web.api.geojson import area, collection, feature, point
from wardmote.web.api.names import name_json, name_pair
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.places import CityOut, OverlaysOut, PlaceSearchOut

router = Router(tags=["places"])

RESULTS = 10
ATTRIBUTIONS = {
    "© OpenStreetMap contributors": "© OpenStreetMap 贡献者",
    "Wardmote: generated, not a real place": "邻里守望：虚构地点，由程序生成",
}
"""What the commands write into a city's directory, and its Chinese."""
_COORDINATES = re.compile(r"\s*([-+]?\d{1,3}(?:\.\d+)?)\s*[,，;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*\Z")


def attribution_json(attribution: str) -> dict[str, str]:
    """Where the map comes from, in both languages; words of a builder's own stay as they are."""
    sentence = ATTRIBUTIONS.get(attribution)
    return name_pair(sentence or attribution, attribution)


@router.get("/city", response=answers((200, CityOut), bad=(503,)), summary="The city")
def city(request: HttpRequest) -> HttpResponse:
    """Name, bounds, and what the map draws under the calls."""
    _must_work_here(request)
    row = places.city()
    if row is None:
        raise CityNotLoadedError
    return answer(
        {
            "name": name_pair(row.name_zh, row.name_en),
            "bounds": [row.west, row.south, row.east, row.north],
            "centre": [row.centre_lon, row.centre_lat],
            "attribution": attribution_json(row.attribution),
            "timezone": row.time_zone,
            **overlays_json(),
        }
    )


@router.get(
    "/places/overlays",
    response=answers((200, OverlaysOut)),
    summary="Posts, grids, beats, key places and zones as GeoJSON",
)
def overlays(request: HttpRequest) -> HttpResponse:
    """What is drawn over the base map."""
    _must_work_here(request)
    return answer(overlays_json())


@router.get(
    "/places/search",
    response=answers((200, PlaceSearchOut), bad=(422, 503)),
    summary="Address, crossing, key place, village or coordinates",
)
def search(
    request: HttpRequest,
    q: str = Query(..., max_length=200),
    lon: float | None = Query(None, ge=-180, le=180),
    lat: float | None = Query(None, ge=-90, le=90),
) -> HttpResponse:
    """Places that the text may mean, best first; those near a point come before others."""
    _must_work_here(request)
    now_s = clock.now_s()
    typed = coordinates_in(q)
    if typed is not None:
        return answer({"results": [_coordinates_json(*typed, now_s)]})
    near = None if lon is None or lat is None else (lon, lat)
    hits = city_runtime().gazetteer.search(q, near=near, limit=RESULTS) if q.strip() else ()
    return answer({"results": [_hit_json(hit, now_s) for hit in hits]})


def _must_work_here(request: HttpRequest) -> None:
    if not as_request(request).auth.grants:
        raise forbidden()


def coordinates_in(text: str) -> tuple[float, float] | None:
    """(lon, lat) of a text that is a pair of degrees; longitude first unless it cannot be."""
    match = _COORDINATES.match(text)
    if match is None:
        return None
    first, second = float(match.group(1)), float(match.group(2))
    if abs(second) > 90 and abs(first) <= 90:
        first, second = second, first
    if abs(first) > 180 or abs(second) > 90:
        return None
    return first, second


def _coordinates_json(lon: float, lat: float, now_s: float) -> dict[str, Any]:
    text = f"{lon:.6f}, {lat:.6f}"
    found = places.locate(lon, lat, now_s)
    names = places.division_names([found.area] if found.area else [])
    zh, en = names.get(found.area or "", ("", ""))
    return {
        "kind": "coordinates",
        "name": name_pair(text, text),
        "context": name_pair(zh, en),
        "lon": lon,
        "lat": lat,
        "ref": "",
        "premise_notes": premise_notes_at(lon, lat, now_s),
    }


def _hit_json(hit: NameHit, now_s: float) -> dict[str, Any]:
    number = "" if hit.number is None else str(hit.number)
    name = name_json(hit.name)
    if number:
        zh = f"{name['zh']}{number}号" if name["zh"] else ""
        en = f"{number} {name['en']}" if name["en"] else ""
        name = name_pair(zh, en)
    return {
        "kind": hit.kind.value,
        "name": name,
        "context": name_json(hit.entry.context),
        "lon": hit.lon,
        "lat": hit.lat,
        "ref": hit.entry.ref,
        "premise_notes": premise_notes_at(hit.lon, hit.lat, now_s),
        "precision": hit.precision.value,
    }


def overlays_json() -> dict[str, Any]:
    """Posts, grids, beats, key places and zones."""
    posts = places.posts()
    return {
        "posts": collection(
            feature(point(row.lon, row.lat), id=row.pk, name=name_pair(row.name_zh, row.name_en))
            for row in posts
        ),
        "grids": collection(
            feature(grid, id=row.pk, post=row.pk, name=name_pair(row.name_zh, row.name_en))
            for row in posts
            if (grid := area(row.grid)) is not None
        ),
        "beats": collection(
            feature(boundary, id=row.pk, name=name_pair(row.name_zh, row.name_en))
            for row in places.beats(day=local_day(clock.now_s()))
            if (boundary := area(row.boundary)) is not None
        ),
        "key_places": collection(
            feature(
                point(row.lon, row.lat),
                id=row.pk,
                name=name_pair(row.name_zh, row.name_en),
                kind=row.kind,
                radius_m=row.radius_m,
            )
            for row in places.key_places()
        ),
        "zones": collection(
            feature(
                boundary,
                id=row.pk,
                name=name_pair(row.name_zh, row.name_en),
                place_class=row.place_class,
            )
            for row in places.zones()
            if (boundary := area(row.boundary)) is not None
        ),
    }
