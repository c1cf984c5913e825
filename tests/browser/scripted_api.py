"""The API of the scripted server: one small answer for each request of the protocol."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from tests.browser import scripted_answers as scripted
from tests.browser.control_answers import Json, RefusedError, call_detail, crew_board

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.command_words import grammar_json
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.permissions import ROLE_PERMISSIONS

QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h2v2H0z"/></svg>'


def answer_of(server: Any, method: str, path: str, query: Json, sent: Any) -> tuple[int, Any]:
    """The status and answer of a request to a `ScriptedServer`."""
    for wanted, pattern, status, handler in ROUTES:
        found = re.fullmatch(pattern, path)
        if wanted == method and found:
            return status, handler(server, [unquote(one) for one in found.groups()], query, sent)
    raise RefusedError(404, "This is no longer there, or not in your area.")


def _me(server: Any, *_: Any) -> Json:
    return {
        "staff_id": "s1",
        "name": "Zhou Lan",
        "language": server.language,
        "grants": [
            {
                "role": server.role.value,
                "area": EVERYWHERE,
                "permissions": sorted(ROLE_PERMISSIONS[server.role]),
            }
        ],
        "permissions": sorted(ROLE_PERMISSIONS[server.role]),
        "crew_of": [],
        "demo": False,
    }


def _routes(server: Any, _: list[str], query: Json, __: Any) -> Json:
    picture = server.room.picture
    call = picture.incidents[IncidentId(query["incident"][0])]
    units = [picture.units[UnitId(one)] for one in query["unit"]]
    goal = (call.lon or 0.0, call.lat or 0.0)
    return {
        "routes": [scripted.route(one.unit, (one.lon or 0, one.lat or 0), goal) for one in units]
    }


def _new_patrol(server: Any) -> Json:
    server.room.patrol = scripted.patrol(
        server.crew_unit, server.room.now_s, *server.city.manifest.centre
    )
    found: Json = server.room.patrol
    return found


def _patrol(server: Any) -> Json:
    if server.room.patrol is None:
        raise RefusedError(404, "There is no patrol.")
    found: Json = server.room.patrol
    return found


def _ranking(server: Any, parts: list[str], *_: Any) -> Json:
    found: Json | None = server.room.rankings.get(parts[0])
    if found is None:
        raise RefusedError(404, "There is no recommendation yet.")
    return found


def _position(server: Any, *_: Any) -> Json:
    lon, lat = server.city.manifest.centre
    return {
        "state": "answered",
        "lon": lon,
        "lat": lat,
        "accuracy_m": 14.0,
        "at_s": server.room.now_s,
    }


def _enter(server: Any, _: list[str], __: Json, sent: Any) -> Json:
    incident = server.room.enter(
        sent["category"],
        priority=sent["priority"] or 3,
        lon=sent["lon"],
        lat=sent["lat"],
        place=sent["place"] or "",
        note=sent["note"] or "",
        received_s=sent["received_s"],
    )
    return {"id": incident, "number": server.room.picture.incidents[incident].number}


def _act(server: Any, parts: list[str], _: Json, sent: Any) -> Json:
    action = IncidentAction(sent["action"])
    incident = IncidentId(parts[0])
    after = server.room.move_incident(incident, action, sent["reason"], sent["disposition"])
    return {"state": after.value}


def _link(server: Any, parts: list[str], _: Json, sent: Any) -> Json:
    server.room.links.append((parts[0], sent["primary"]))
    return {"changed": True}


def _answer_alarm(server: Any, parts: list[str], *_: Any) -> Json:
    room = server.room
    room.record(scripted.ended(parts[0], room.picture.alarms[parts[0]].incident))
    return {"changed": True}


def _ask_phone(server: Any, *_: Any) -> Json:
    url = "https://example.org/p/7k3m"
    return {"id": "q1", "url": url, "qr_svg": QR, "expires_s": server.room.now_s + 900}


def _command(server: Any, line: str) -> Json:
    words = line.split()
    if words[0] not in ("d", "派"):
        raise RefusedError(422, f"“{words[0]}” is not a command.", column=0)
    call = next(
        one
        for one in server.room.picture.incidents.values()
        if one.number.endswith(words[1].zfill(4))
    )
    signs = {one.call_sign.lower(): one.unit for one in server.room.picture.units.values()}
    units = [signs.get(word.lower(), UnitId(word)) for word in words[2:]]
    server.room.assign(call.incident, {"units": units})
    return {"message": f"Sent {', '.join(words[2:])} to {words[1]}", "incident": call.incident}


def _search(server: Any, asked: str) -> list[Json]:
    hits = server.gazetteer.search(asked, limit=8)
    return [
        {
            "kind": hit.kind.value,
            "name": {"zh": hit.name.zh, "en": hit.name.en},
            "context": {"zh": "", "en": ""},
            "lon": hit.lon,
            "lat": hit.lat,
            "ref": "",
            "premise_notes": [],
        }
        for hit in hits
    ]


def _nearby(server: Any, lon: float, lat: float) -> list[Json]:
    found = []
    for call in server.room.picture.incidents.values():
        if call.lon is None or call.lat is None:
            continue
        distance_m = math.hypot((call.lon - lon) * 99_000, (call.lat - lat) * 111_000)
        if distance_m <= 500:
            notes = server.room.notes[call.incident]
            found.append(
                {
                    "id": call.incident,
                    "number": call.number,
                    "category": call.category,
                    "priority": int(call.priority),
                    "state": call.state.value,
                    "place": server.room.places[call.incident],
                    "lon": call.lon,
                    "lat": call.lat,
                    "distance_m": distance_m,
                    "age_s": 240.0,
                    "note": notes[0]["text"] if notes else "",
                }
            )
    return found


Handler = Callable[[Any, list[str], Json, Any], Any]
ROUTES: tuple[tuple[str, str, int, Handler], ...] = (
    ("GET", "/api/board", 200, lambda s, p, q, b: s.room.board()),
    ("GET", "/api/vocabulary", 200, lambda s, p, q, b: scripted.vocabulary()),
    ("GET", "/api/city", 200, lambda s, p, q, b: scripted.city(s.book, s.city.manifest)),
    ("GET", "/api/me", 200, _me),
    ("GET", "/api/commands", 200, lambda s, p, q, b: grammar_json()),
    ("POST", "/api/closures", 201, lambda s, p, q, b: {"id": s.room.close_road(b["points"])}),
    ("DELETE", "/api/closures/([^/]+)", 200, lambda s, p, q, b: s.room.open_road(p[0])),
    ("GET", "/api/closures", 200, lambda s, p, q, b: scripted.closures(s.room.closed)),
    ("GET", "/api/wall", 200, lambda s, p, q, b: scripted.wall(s.room.now_s)),
    ("GET", "/api/crew", 200, lambda s, p, q, b: crew_board(s.room, s.crew_unit)),
    (
        "GET",
        "/api/isochrones",
        200,
        lambda s, p, q, b: scripted.isochrones(*s.city.manifest.centre),
    ),
    ("GET", "/api/routes", 200, _routes),
    ("GET", "/api/places/search", 200, lambda s, p, q, b: {"results": _search(s, q["q"][0])}),
    (
        "GET",
        "/api/incidents/nearby",
        200,
        lambda s, p, q, b: {"incidents": _nearby(s, float(q["lon"][0]), float(q["lat"][0]))},
    ),
    (
        "GET",
        "/api/incidents/([^/]+)",
        200,
        lambda s, p, q, b: call_detail(s.room, IncidentId(p[0])),
    ),
    ("GET", "/api/incidents/([^/]+)/recommendation", 200, _ranking),
    ("GET", "/api/location-requests/([^/]+)", 200, _position),
    ("POST", "/api/incidents", 201, _enter),
    ("GET", "/api/units/([^/]+)/patrol", 200, lambda s, p, q, b: _patrol(s)),
    ("POST", "/api/units/([^/]+)/patrol", 201, lambda s, p, q, b: _new_patrol(s)),
    ("POST", "/api/move-ups/([^/]+)/actions", 200, lambda s, p, q, b: s.room.act_on_move(p[0], b)),
    (
        "POST",
        "/api/incidents/([^/]+)/assignments",
        201,
        lambda s, p, q, b: {"assignments": s.room.assign(IncidentId(p[0]), b)},
    ),
    ("POST", "/api/incidents/([^/]+)/actions", 200, _act),
    (
        "POST",
        "/api/incidents/([^/]+)/recommendation",
        202,
        lambda s, p, q, b: s.room.ask_again(IncidentId(p[0])),
    ),
    (
        "POST",
        "/api/incidents/([^/]+)/alarm-level",
        200,
        lambda s, p, q, b: s.room.set_alarm_level(IncidentId(p[0]), b),
    ),
    (
        "POST",
        "/api/incidents/([^/]+)/notes",
        201,
        lambda s, p, q, b: {"id": s.room.add_note(IncidentId(p[0]), b["text"])},
    ),
    ("POST", "/api/incidents/([^/]+)/links", 200, _link),
    (
        "POST",
        "/api/assignments/([^/]+)/actions",
        200,
        lambda s, p, q, b: s.room.act(AssignmentId(p[0]), b),
    ),
    ("POST", "/api/units/([^/]+)/duty", 200, lambda s, p, q, b: s.room.set_duty(UnitId(p[0]), b)),
    ("POST", "/api/alarms/([^/]+)/answer", 200, _answer_alarm),
    ("POST", "/api/location-requests", 201, _ask_phone),
    ("POST", "/api/commands", 200, lambda s, p, q, b: _command(s, b["line"])),
    (
        "POST",
        "/live/positions",
        202,
        lambda s, p, q, b: {"accepted": len(b["fixes"]), "refused": []},
    ),
)
