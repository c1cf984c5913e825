"""An outcome as a map: posts, ground they reach, and in-time shares by area, for each plan."""

from __future__ import annotations

from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import Area, AreaFigures, Outcome, PostFigures, TrialFigures


def outcome_geojson(outcome: Outcome, scenario: str | None = None) -> dict[str, JsonValue]:
    """A GeoJSON FeatureCollection (RFC 7946) of all scenarios, or of one.

    Features of ``kind`` ``reach`` (widest first, so that shorter ones lie above), ``area`` and
    ``post``, each with its ``plan`` and ``scenario``.
    """
    features: list[JsonValue] = []
    for one in outcome.figures:
        if scenario is not None and one.scenario != scenario:
            continue
        features += _reach(one)
        features += [
            _feature(_area_geometry(area), _area(one, area, found))
            for area, found in zip(outcome.areas, one.areas, strict=False)
        ]
        features += [
            _feature({"type": "Point", "coordinates": [post.lon, post.lat]}, _post(one, post))
            for post in one.posts
        ]
    return {"type": "FeatureCollection", "features": features}


def coordinates_of(boundary: MultiPolygon) -> JsonValue:
    """Outlines as the coordinates of a GeoJSON MultiPolygon."""
    return [[[list(point) for point in ring] for ring in part] for part in boundary]


def _reach(one: TrialFigures) -> list[JsonValue]:
    return [
        _feature(
            {"type": "MultiPolygon", "coordinates": coordinates_of(band.boundary)},
            {"kind": "reach", **_of(one), "target_s": band.target_s},
        )
        for band in reversed(one.reach)
    ]


def _area_geometry(area: Area) -> JsonValue:
    if not area.boundary:
        return {"type": "Point", "coordinates": [area.lon, area.lat]}
    return {"type": "MultiPolygon", "coordinates": coordinates_of(area.boundary)}


def _area(one: TrialFigures, area: Area, found: AreaFigures) -> dict[str, JsonValue]:
    share, mean_s = found.in_time, found.mean_s
    return {
        "kind": "area",
        **_of(one),
        "id": area.id,
        "area_kind": area.kind.value,
        **_named(area.name),
        "measured": found.measured,
        "in_time": None if share is None else share.mean,
        "in_time_low": None if share is None else share.low,
        "in_time_high": None if share is None else share.high,
        "too_few": not found.is_told,
        "mean_s": None if mean_s is None else mean_s.mean,
    }


def _post(one: TrialFigures, post: PostFigures) -> dict[str, JsonValue]:
    return {
        "kind": "post",
        **_of(one),
        "id": post.post,
        **_named(post.name),
        "units": post.units,
        "calls_a_day": post.calls_a_day,
        "busy_share": None if post.busy_share is None else post.busy_share.mean,
        "km_a_day": post.km_a_day,
    }


def _of(one: TrialFigures) -> dict[str, JsonValue]:
    return {"plan": one.plan, "scenario": one.scenario}


def _named(name: Bilingual) -> dict[str, JsonValue]:
    return {"name_zh": name.zh, "name_en": name.en}


def _feature(geometry: JsonValue, properties: dict[str, JsonValue]) -> JsonValue:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
