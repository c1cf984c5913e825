"""An outcome as a map: the posts of each plan under each scenario, with what their units did."""

from __future__ import annotations

from wardmote.core.domain.plain import JsonValue
from wardmote.core.studies.figures import Outcome


def outcome_geojson(outcome: Outcome) -> dict[str, JsonValue]:
    """Posts as points with their figures: a GeoJSON FeatureCollection (RFC 7946)."""
    features: list[JsonValue] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [post.lon, post.lat]},
            "properties": {
                "kind": "post",
                "plan": one.plan,
                "scenario": one.scenario,
                "id": post.post,
                "name_zh": post.name.zh,
                "name_en": post.name.en,
                "units": post.units,
                "calls_a_day": post.calls_a_day,
                "busy_share": None if post.busy_share is None else post.busy_share.mean,
                "km_a_day": post.km_a_day,
            },
        }
        for one in outcome.figures
        for post in one.posts
    ]
    return {"type": "FeatureCollection", "features": features}
