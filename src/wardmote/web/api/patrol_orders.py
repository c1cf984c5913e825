"""``/api/patrol-orders``: walking a patrol on the phone, and how tonight stands for its leader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.core.beat.patrol_walked import Fix, rounds_of
from wardmote.core.domain.patrol import AWAY_REASONS, SeenKind, TrackPurpose
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.journal import clock
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.selectors import OrderRow
from wardmote.operations.places.selectors import categories_in_force
from wardmote.web.api.answers import (
    KEY_HEADER,
    answer,
    as_request,
    change_once,
    forbidden,
)
from wardmote.web.api.names import name_json, name_pair
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.patrol_orders import (
    MyPatrolsOut,
    PatrolActIn,
    PatrolFinishIn,
    PatrolOrderOut,
    PatrolPositionsIn,
    PatrolPositionsOut,
    PointReachedIn,
    SeenIn,
    SeenOut,
    TonightOut,
    TrackIn,
    TrackOut,
)
from wardmote.web.api.watches import hazard_categories

router = Router(tags=["patrols"])
JsonObject = dict[str, Any]
_WALKERS = (Permission.WATCH_TAKE, Permission.TASK_DO, Permission.UNIT_CREW)


@router.get(
    "/patrol-orders/mine",
    response={**answers((200, MyPatrolsOut)), 304: None},
    summary="Patrols that I am to walk",
)
def mine(request: HttpRequest) -> HttpResponse:
    """Own orders, of own teams and of the own unit; with ``If-None-Match`` 304 if unchanged."""
    viewer = as_request(request).auth
    if not any(viewer.holds_anywhere(one) for one in _WALKERS):
        raise forbidden()
    now_s = clock.now_s()
    rows = selectors.my_orders(viewer, now_s=now_s)
    body = {
        "staff_id": viewer.staff_id,
        "orders": [order_json(row, viewer) for row in rows],
        "away": _codes(AWAY_REASONS),
        "hazards": hazard_categories(viewer, now_s),
        "calls": _calls(viewer, now_s),
        "positions_kept_h": services.KEEP_POSITIONS_S / 3_600.0,
    }
    tag = f'"{hashlib.sha256(repr(body).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = answer({"made_s": now_s, **body})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.get(
    "/patrol-orders/tonight", response=answers((200, TonightOut)), summary="How tonight stands"
)
def tonight(request: HttpRequest) -> HttpResponse:
    """Orders and watches of the areas whose patrols one sees; no positions."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.PATROL_VIEW):
        raise forbidden()
    now_s = clock.now_s()
    found = selectors.tonight(viewer, now_s=now_s)
    return answer(
        {
            "made_s": now_s,
            "orders": [
                {
                    "id": row.pk,
                    "state": row.state,
                    "begun": figures.begun.value,
                    "reached": figures.reached,
                    "due": figures.due,
                    "started_s": row.started_s,
                    "finished_s": row.finished_s,
                }
                for row, figures in selectors.adherence_of_all(found.orders, now_s)
            ],
            "watches": {one.pk: one.state for one in found.watches},
            "swaps": len(found.swaps),
        }
    )


@router.post(
    "/patrol-orders/{order_id}/start",
    response=answers((200, PatrolOrderOut), bad=CHANGE),
    summary="Start a patrol",
    openapi_extra=IDEMPOTENT,
)
def start(request: HttpRequest, order_id: str, sent: PatrolActIn) -> HttpResponse:
    """Whoever starts it holds it; positions are taken from now on."""
    viewer = as_request(request).auth
    return _change(
        request,
        lambda now_s: services.start_patrol(viewer, order_id, now_s=now_s, device_s=sent.device_s),
    )


@router.post(
    "/patrol-orders/{order_id}/points",
    response=answers((200, PatrolOrderOut), bad=CHANGE),
    summary="Reach a check-point",
    openapi_extra=IDEMPOTENT,
)
def reach(request: HttpRequest, order_id: str, sent: PointReachedIn) -> HttpResponse:
    """Within its tolerance, or with a reason."""
    viewer = as_request(request).auth
    here = services.Here(sent.lon, sent.lat, sent.accuracy_m, sent.reason, sent.words)
    return _change(
        request,
        lambda now_s: services.reach_point(
            viewer, order_id, sent.number, here, now_s=now_s, device_s=sent.device_s
        ),
    )


@router.post(
    "/patrol-orders/{order_id}/positions",
    response=answers((200, PatrolPositionsOut), bad=CHANGE),
    summary="Say where the patrol is",
    openapi_extra=IDEMPOTENT,
)
def positions(request: HttpRequest, order_id: str, sent: PatrolPositionsIn) -> HttpResponse:
    """Taken while the patrol is under way, from its holder alone; deleted after their term."""
    asked = as_request(request)
    fixes = [Fix(*row) for row in sent.positions]

    def act(now_s: float) -> tuple[int, JsonObject]:
        kept = services.take_positions(asked.auth, order_id, fixes, now_s=now_s)
        return 200, {"kept": kept}

    return change_once(asked, act)


@router.post(
    "/patrol-orders/{order_id}/seen",
    response=answers((201, SeenOut), bad=CHANGE),
    summary="Make something of what was seen",
    openapi_extra=IDEMPOTENT,
)
def seen(request: HttpRequest, order_id: str, sent: SeenIn) -> HttpResponse:
    """A hazard, a call or a task, which keeps its patrol."""
    asked = as_request(request)
    sighting = services.Sighting(
        SeenKind(sent.kind),
        sent.category,
        sent.lon,
        sent.lat,
        sent.words,
        asked.headers.get(KEY_HEADER, "")[:80],
        sent.place,
        sent.device_s,
    )

    def act(now_s: float) -> tuple[int, JsonObject]:
        made = services.tell_seen(asked.auth, order_id, sighting, now_s=now_s)
        return 201, {"kind": made.kind.value, "id": made.id, "number": made.number}

    return change_once(asked, act)


@router.post(
    "/patrol-orders/{order_id}/finish",
    response=answers((200, PatrolOrderOut), bad=CHANGE),
    summary="Finish a patrol",
    openapi_extra=IDEMPOTENT,
)
def finish(request: HttpRequest, order_id: str, sent: PatrolFinishIn) -> HttpResponse:
    """With a short note; no positions from now on."""
    viewer = as_request(request).auth
    return _change(
        request,
        lambda now_s: services.finish_patrol(
            viewer, order_id, sent.note, now_s=now_s, device_s=sent.device_s
        ),
    )


@router.post(
    "/patrol-orders/{order_id}/track",
    response=answers((200, TrackOut), bad=(404,)),
    summary="Look at where a patrol is or was",
)
def track(request: HttpRequest, order_id: str, sent: TrackIn) -> HttpResponse:
    """For the leader of its area; each look is written to the record of disclosures."""
    viewer = as_request(request).auth
    found = services.look_at_track(
        viewer, order_id, TrackPurpose(sent.purpose), now_s=clock.now_s()
    )
    return answer(
        {
            "under_way": found.under_way,
            "until_s": found.until_s,
            "positions": [[one.at_s, one.lon, one.lat, one.accuracy_m] for one in found.fixes],
        }
    )


def order_json(row: OrderRow, viewer: Viewer) -> JsonObject:
    """An order for the phone."""
    return {
        "id": row.pk,
        "state": row.state,
        "place_kind": row.place["kind"],
        "place": name_pair(row.place_zh, row.place_en),
        "paths": row.place["paths"],
        "way": row.route,
        "way_m": row.route_m,
        "basis": row.basis,
        "points": row.points,
        "from_s": row.from_s,
        "to_s": row.to_s,
        "every_s": row.every_s,
        "rounds": len(rounds_of(row.from_s, row.to_s, row.every_s)),
        "people": row.people,
        "grade": row.grade,
        "started_s": row.started_s,
        "finished_s": row.finished_s,
        "mine": bool(row.walker) and row.walker == viewer.staff_id,
        "reached": [
            {"number": one.number, "at_s": one.at_s, "reason": one.reason}
            for one in sorted(row.reaches.all(), key=lambda one: one.at_s)
        ],
        "seen": sum(1 for _one in row.sightings.all()),
    }


def _change(request: HttpRequest, act: Callable[[float], OrderRow]) -> HttpResponse:
    asked = as_request(request)
    return change_once(asked, lambda now_s: (200, order_json(act(now_s), asked.auth)))


def _calls(viewer: Viewer, now_s: float) -> list[JsonObject]:
    """The categories that a call can be given."""
    if not viewer.holds_anywhere(Permission.INCIDENT_ENTER):
        return []
    tree = categories_in_force(now_s)
    return [
        {"code": one.code, "name": name_json(one.name)} for one in tree.categories if one.selectable
    ]


def _codes(names: Any) -> list[JsonObject]:
    return [{"code": code, "name": name_json(name)} for code, name in names.items()]
