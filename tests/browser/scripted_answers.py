"""Answers of the scripted server that need no state: places, roads, figures."""

from __future__ import annotations

import math
from typing import Any

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.codes import CODES, CodeList
from wardmote.core.domain.dispatch_events import AlarmEnded
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.places import MultiPolygon, PlaceBook
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.standards import STANDARD_135, ResponseStandard
from wardmote.web.api.geojson import feature
from wardmote.web.api.names import codes_json, name_json
from wardmote.web.api.places import attribution_json

Json = dict[str, Any]


def categories_json(tree: CategoryTree) -> list[Json]:
    """The categories as the protocol writes them."""
    return [
        {
            "code": one.code,
            "parent": one.parent,
            "name": name_json(one.name),
            "priority": int(one.priority),
            "words": [*one.words.zh, *one.words.en],
            "selectable": one.selectable,
        }
        for one in tree.categories
    ]


def standard_json(standard: ResponseStandard) -> Json:
    """The arrival objective, whose tiers here look at the place class alone."""
    objective = standard.arrival
    assert objective is not None
    return {
        "id": standard.code,
        "name": name_json(standard.name),
        "version": standard.version,
        "start": objective.start.value,
        "stop": objective.stop.value,
        "tiers": [
            {
                "place_class": next(iter(tier.place_classes), None),
                "priority": None,
                "force": None,
                "target_s": tier.target_s,
                "percentile": objective.percentile / 100,
                "name": name_json(tier.name),
            }
            for tier in objective.tiers
        ],
    }


def vocabulary() -> Json:
    """What ``GET /api/vocabulary`` answers."""
    lists = [one for one in CodeList if one not in (CodeList.DISPOSITION, CodeList.FEEDBACK)]
    return {
        "version": "1",
        "categories": categories_json(SHIPPED_CATEGORIES),
        "dispositions": codes_json(CODES[CodeList.DISPOSITION]),
        "reasons": {one.value: codes_json(CODES[one]) for one in lists},
        "feedback": codes_json(CODES[CodeList.FEEDBACK]),
        "standard": standard_json(STANDARD_135),
        "unit_kinds": codes_json(CODES[CodeList.UNIT_KIND]),
        "stale_after_s": 120.0,
    }


def city(book: PlaceBook, manifest: Any) -> Json:
    """What ``GET /api/city`` answers."""
    return {
        "name": name_json(manifest.name),
        "bounds": list(manifest.bounds),
        "centre": list(manifest.centre),
        "attribution": attribution_json(manifest.source.attribution),
        "timezone": manifest.timezone,
        "posts": collection(_point(one.post_id, one.name, one.lon, one.lat) for one in book.posts),
        "grids": collection(_area(one.post_id, one.name, one.grid) for one in book.posts),
        "beats": collection(_area(one.beat_id, one.name, one.boundary) for one in book.beats),
        "key_places": collection(
            _point(one.place_id, one.name, one.lon, one.lat) for one in book.key_places
        ),
        "zones": collection(_area(one.zone_id, one.name, one.boundary) for one in book.zones),
    }


def collection(features: Any) -> Json:
    """GeoJSON features."""
    return {"type": "FeatureCollection", "features": list(features)}


def _point(key: str, name: Any, lon: float, lat: float) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"id": key, "name": name_json(name)},
    }


def _area(key: str, name: Any, shape: MultiPolygon) -> Json:
    return {
        "type": "Feature",
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[list(ring) for ring in part] for part in shape],
        },
        "properties": {"id": key, "name": name_json(name)},
    }


def isochrones(lon: float, lat: float) -> Json:
    """Round isochrones, the largest first."""
    features = []
    for minutes in (5, 3, 1):
        ring = [
            [
                lon + 0.0045 * minutes * math.cos(a / 24 * math.tau),
                lat + 0.004 * minutes * math.sin(a / 24 * math.tau),
            ]
            for a in range(25)
        ]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"minutes": minutes},
            }
        )
    return collection(features)


def route(unit: str, start: tuple[float, float], goal: tuple[float, float]) -> Json:
    """A way with two corners."""
    middle = (start[0] + goal[0]) / 2
    ways = [list(start), [middle, start[1]], [middle, goal[1]], list(goal)]
    return {"unit": unit, "duration_s": 145.0, "length_m": 1900.0, "coordinates": ways}


def closures(closed: dict[str, list[list[float]]]) -> Json:
    """What ``GET /api/closures`` answers."""
    return collection(
        feature({"type": "MultiLineString", "coordinates": [line]}, id=closure)
        for closure, line in closed.items()
    )


def wall(at_s: float) -> Json:
    """What ``GET /api/wall`` answers."""
    counts = [4, 3, 2, 1, 1, 2, 4, 9, 14, 12, 11, 13, 10, 9, 12, 15, 14, 17, 19, 16]
    before = [5, 2, 3, 1, 0, 2, 5, 8, 11, 13, 12, 12, 9, 10, 10, 14, 15, 15, 18, 17, 16, 12, 9, 6]
    names = {one["code"]: one["name"] for one in categories_json(SHIPPED_CATEGORIES)}
    tops = [
        ("dispute", 58),
        ("help", 41),
        ("traffic", 37),
        ("offence", 29),
        ("hazard", 12),
        ("invalid", 9),
    ]
    tiers = [
        (60.0, 21, 17, ("重点部位", "Key place")),
        (180.0, 74, 61, ("中心城区", "Centre")),
        (300.0, 63, 58, ("其他区域", "Elsewhere")),
    ]
    bins = [
        (0, 60, 24),
        (60, 120, 41),
        (120, 180, 38),
        (180, 240, 26),
        (240, 300, 17),
        (300, 420, 9),
        (420, None, 3),
    ]
    return {
        "at_s": at_s,
        "day_start_s": at_s - 20 * 3600,
        "standard": {"id": "135", "name": name_json(STANDARD_135.name)},
        "calls": {"today": sum(counts), "valid": 179, "open": 12, "last_week": 171},
        "by_category": [
            {"category": code, "name": names.get(code, {"zh": code, "en": code}), "count": count}
            for code, count in tops
        ],
        "by_hour": [
            {
                "hour": hour,
                "count": counts[hour] if hour < len(counts) else 0,
                "last_week": before[hour],
            }
            for hour in range(24)
        ],
        "response": {
            "stamped": 158,
            "missing": 7,
            "missing_rate": 7 / 165,
            "p50_s": 141.0,
            "p90_s": 287.0,
            "p95_s": 344.0,
            "tiers": [
                {
                    "name": {"zh": name[0], "en": name[1]},
                    "target_s": target,
                    "percentile": 0.9,
                    "count": count,
                    "met": met,
                    "share": met / count,
                }
                for target, count, met, name in tiers
            ],
            "bins": [
                {"from_s": first, "to_s": last, "count": count} for first, last, count in bins
            ],
        },
        "units": [
            {"state": state, "count": count}
            for state, count in (
                ("available", 14),
                ("assigned", 1),
                ("en_route", 3),
                ("on_scene", 2),
                ("unavailable", 1),
                ("off_duty", 4),
            )
        ],
        "slowest": [
            {
                "incident": f"i{n}",
                "number": f"20261122-{n:04d}",
                "category": "dispute.neighbour",
                "priority": 3,
                "state": "routed",
                "place": "Harbour Road 12",
                "age_s": 1900.0 - 210 * n,
                "waiting_for": "assigned",
            }
            for n in range(1, 6)
        ],
    }


def ended(alarm: str, incident: IncidentId) -> AlarmEnded:
    """The event of an alarm that a person answered."""
    return AlarmEnded(alarm, incident, "answered")


def patrol(unit: str, made_s: float, lon: float, lat: float) -> Json:
    """A patrol round a block with a school on it, a quarter of it driven."""
    school = {"zh": "实验小学", "en": "Model School"}
    return {
        "unit": unit,
        "made_s": made_s,
        "until_s": made_s + 3_600.0,
        "length_m": 4_200.0,
        "kept_share": 0.934,
        "driven_share": 0.25,
        "line": [[lon, lat], [lon + 0.01, lat], [lon + 0.01, lat + 0.01], [lon, lat]],
        "streets": [{"name": {"zh": "太平巷", "en": "Taiping Lane"}, "length_m": 900.0}],
        "stops": [
            {"lon": lon + 0.01, "lat": lat, "at_s": made_s + 300.0, "stays_s": 300.0,
             "key_place": school, "street": None, "visited": True},
            {"lon": lon, "lat": lat + 0.01, "at_s": made_s + 900.0, "stays_s": 60.0,
             "key_place": None, "street": {"zh": "太平巷", "en": "Taiping Lane"}, "visited": False},
        ],
    }  # fmt: skip
