"""``/api/units/{id}/patrol``: today's patrol of a unit, and how much of it was driven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.patrol import Patrol
from wardmote.core.policies.patrol_adherence import adherence
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.beats import street_names
from wardmote.operations.dispatch.patrol_history import patrols_running
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.web.api.answers import answer, as_request, change_once
from wardmote.web.api.names import name_json, name_pair
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.move_ups import PatrolOut, PatrolsOut
from wardmote.web.live.present import Trace, place_now, tracks_of

router = Router(tags=["patrols"])
MOST_UNITS = 50
JsonObject = dict[str, Any]


@router.get(
    "/units/{unit_id}/patrol",
    response=answers((200, PatrolOut), bad=(404, 503)),
    summary="The patrol of a unit",
)
def present_patrol(request: HttpRequest, unit_id: str) -> HttpResponse:
    """The patrol that runs, and how much of it was driven so far; for crew and commanders."""
    now_s = clock.now_s()
    row, patrol = dispatch.present_patrol(as_request(request).auth, UnitId(unit_id), now_s)
    return answer(_told([(unit_id, patrol, row.made_s, row.until_s)], now_s)[0])


@router.get(
    "/patrols", response=answers((200, PatrolsOut), bad=(422,)), summary="Patrols that run now"
)
def patrols_now(
    request: HttpRequest, unit: Annotated[list[str], Query(min_length=1, max_length=MOST_UNITS)]
) -> HttpResponse:
    """Of these units, those that run now and that one commands; none is no mistake."""
    now_s = clock.now_s()
    running = patrols_running(as_request(request).auth, now_s, [UnitId(one) for one in unit])
    told = _told([(one.unit, one.patrol, one.made_s, one.until_s) for one in running], now_s)
    return answer({"patrols": told})


@router.post(
    "/units/{unit_id}/patrol",
    response=answers((201, PatrolOut), bad=(*CHANGE, 503)),
    summary="Draw up a patrol",
    openapi_extra=IDEMPOTENT,
)
def draw_up_patrol(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A new patrol for a free unit on duty, from where it is; drawn by chance."""
    asked = as_request(request)
    unit = UnitId(unit_id)
    # Drawn before the transaction begins: it may take seconds, and nobody else is to wait.
    patrol = dispatch.draw_patrol_for(
        asked.auth, unit, city_runtime(), now_s=clock.now_s(), place=place_now(unit_id)
    )

    def act(now_s: float) -> tuple[int, JsonObject]:
        row = dispatch.keep_patrol(asked.auth, unit, patrol, now_s=now_s)
        return 201, _told([(unit_id, patrol, row.made_s, row.until_s)], now_s)[0]

    return change_once(asked, act)


@dataclass(frozen=True, slots=True)
class _Named:
    """What names of stops are told from, read once for all patrols of an answer."""

    streets: tuple[Bilingual, ...]
    places: dict[str, tuple[str, str]]


def _told(patrols: Sequence[tuple[str, Patrol, float, float]], now_s: float) -> list[JsonObject]:
    """Patrols, as (unit, patrol, made_s, until_s), with what was driven of them."""
    if not patrols:
        return []
    named = _Named(
        street_names(city_runtime()),
        {row.pk: (row.name_zh, row.name_en) for row in places.key_places()},
    )
    traces = tracks_of([(unit, made_s, now_s) for unit, _patrol, made_s, _until_s in patrols])
    return [
        _json(unit, patrol, (made_s, until_s), trace, named)
        for (unit, patrol, made_s, until_s), trace in zip(patrols, traces, strict=True)
    ]


def _json(
    unit_id: str, patrol: Patrol, lasts: tuple[float, float], trace: Trace, named: _Named
) -> JsonObject:
    driven = adherence(patrol, trace)
    streets = named.streets
    made_s, until_s = lasts
    return {
        "unit": unit_id,
        "made_s": made_s,
        "until_s": until_s,
        "length_m": patrol.length_m,
        "kept_share": patrol.kept_share,
        "driven_share": driven.way_share if trace else None,
        "line": [list(point) for point in patrol.line],
        "streets": [
            {
                "name": name_json(streets[one.street]) if one.street >= 0 else None,
                "length_m": one.length_m,
            }
            for one in patrol.streets
        ],
        "stops": [
            {
                "lon": one.lon,
                "lat": one.lat,
                "at_s": made_s + one.at_s,
                "stays_s": one.stays_s,
                "key_place": name_pair(*known)
                if (known := named.places.get(one.key_place)) is not None
                else None,
                "street": name_json(streets[one.street]) if one.street >= 0 else None,
                "visited": one.key_place in driven.visited,
            }
            for one in patrol.stops
        ],
    }
