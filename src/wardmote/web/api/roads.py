"""``/api/isochrones``, ``/api/routes``, ``/api/closures``: what the roads allow now."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as place_services
from wardmote.operations.places.city_runtime import CityRuntime, city_runtime
from wardmote.operations.units import selectors as unit_selectors
from wardmote.web.api.answers import (
    ApiError,
    answer,
    as_request,
    change_once,
    forbidden,
    not_found,
)
from wardmote.web.api.geojson import collection, feature
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, ChangedOut, IdOut, answers
from wardmote.web.api.schemas.places import ClosureIn, FeatureCollection, RoutesOut
from wardmote.web.live.present import place_now
from wardmote.web.live.sight import sight_of

router = Router(tags=["roads"])

MAX_UNITS = 8
MAX_MINUTES = 30


@router.get(
    "/isochrones",
    response=answers((200, FeatureCollection), bad=(404, 422, 503)),
    summary="What a post or a unit reaches by road within some minutes",
)
def isochrone(
    request: HttpRequest,
    post: str = Query("", max_length=40),
    unit: str = Query("", max_length=40),
    minutes: str = Query("1,3,5", max_length=40, pattern=r"^[0-9]{1,2}(,[0-9]{1,2}){0,4}$"),
) -> HttpResponse:
    """Polygons by road time, the largest first; closures count."""
    viewer = as_request(request).auth
    wanted = sorted({int(one) for one in minutes.split(",")}, reverse=True)
    if not all(0 < one <= MAX_MINUTES for one in wanted):
        raise ApiError(422, "bad_minutes", _("Ask for 1 to 30 minutes."), field="minutes")
    lon, lat = _post_place(viewer, post) if post else _unit_place(viewer, unit)
    city = city_runtime()
    found = city.travel.isochrones(city.snap(lon, lat), [60_000 * one for one in wanted])
    return answer(
        collection(
            feature(dict(one.geojson()), minutes=count)
            for one, count in zip(found, wanted, strict=True)
        )
    )


@router.get(
    "/routes",
    response=answers((200, RoutesOut), bad=(404, 422, 503)),
    summary="The road path of units to a call",
)
def routes(
    request: HttpRequest,
    incident: Annotated[str, Query(max_length=40)],
    unit: Annotated[list[str], Query(min_length=1, max_length=MAX_UNITS)],
) -> HttpResponse:
    """The fastest way of each unit to the call now; a unit without one is left out."""
    viewer = as_request(request).auth
    call = dispatch_selectors.visible_incident(viewer, IncidentId(incident))
    if call.lon is None or call.lat is None:
        raise ApiError(422, "no_place", _("The place of this call is not known yet."))
    city = city_runtime()
    destination = city.snap(call.lon, call.lat)
    found: list[dict[str, Any]] = []
    for name in dict.fromkeys(unit):
        lon, lat = _unit_place(viewer, name)
        way = city.travel.route(city.snap(lon, lat), destination)
        if way is not None:
            found.append(
                {
                    "unit": name,
                    "duration_s": way.ms / 1000.0,
                    "length_m": round(way.length_m, 1),
                    "coordinates": np.round(way.line, 6).tolist(),
                }
            )
    return answer({"routes": found})


@router.get(
    "/closures",
    response=answers((200, FeatureCollection), bad=(503,)),
    summary="Closed stretches of road",
)
def closures(request: HttpRequest) -> HttpResponse:
    """The closed stretches as lines; `id` is the closure's."""
    if not as_request(request).auth.grants:
        raise forbidden()
    now = places.closures_now()
    if not now:
        return answer(collection(()))
    city = city_runtime()
    return answer(
        collection(
            feature({"type": "MultiLineString", "coordinates": _lines(city, one.edges)}, id=one.id)
            for one in now
        )
    )


@router.post(
    "/closures",
    response=answers((201, IdOut), bad=(*CHANGE, 503)),
    summary="Close roads to traffic",
    openapi_extra=IDEMPOTENT,
)
def close_road(request: HttpRequest, body: ClosureIn) -> HttpResponse:
    """Close the stretches nearest to the points, both directions, until they are opened again."""
    asked = as_request(request)
    city = city_runtime()
    snaps = city.snap([lon for lon, _lat in body.points], [lat for _lon, lat in body.points])
    near = (snaps.edge >= 0) & (snaps.offset_m <= body.within_m)
    edges = sorted({int(edge) for edge in snaps.edge[near]})
    found = places.locate(*body.points[0], clock.now_s())

    def act(now_s: float) -> tuple[int, dict[str, str]]:
        closure = place_services.close_road(
            asked.auth,
            found.area or EVERYWHERE,
            edges,
            reason=body.reason,
            now_s=now_s,
            edge_count=city.graph.edges,
        )
        return 201, {"id": closure}

    return change_once(asked, act)


@router.delete(
    "/closures/{closure_id}",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Open roads again",
    openapi_extra=IDEMPOTENT,
)
def open_road(request: HttpRequest, closure_id: str) -> HttpResponse:
    """Lift a closure."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, bool]]:
        place_services.open_road(asked.auth, closure_id, now_s=now_s)
        return 200, {"changed": True}

    return change_once(asked, act)


def _post_place(viewer: Viewer, post_id: str) -> tuple[float, float]:
    row = places.post(post_id)
    if row is None or not viewer.holds_anywhere(Permission.UNIT_VIEW):
        raise not_found()
    return row.lon, row.lat


def _unit_place(viewer: Viewer, unit_id: str) -> tuple[float, float]:
    unit = unit_selectors.find(UnitId(unit_id))
    if not unit.on_duty or not sight_of(viewer).sees_unit(unit_id, unit.area):
        raise not_found()
    place = place_now(unit_id)
    if place is not None:
        return place
    if unit.lon is None or unit.lat is None:
        raise not_found()
    return unit.lon, unit.lat


def _lines(city: CityRuntime, edges: tuple[int, ...]) -> list[list[list[float]]]:
    graph = city.graph
    return [
        np.round(graph.line_xy[graph.line_first[edge] : graph.line_first[edge + 1]], 6).tolist()
        for edge in edges
    ]
