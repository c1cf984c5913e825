"""Reading the whole configuration of a place, to set up a training room like it.

Only what was configured: posts, what was drawn on the map, rules in force. No premise notes, no
closures, nobody's name: who set a rule is left out too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import (
    KeyPlace,
    MultiPolygon,
    PlaceClass,
    Post,
    Ring,
    Zone,
)
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import models


@dataclass(frozen=True, slots=True)
class RulesNow:
    """Rules in force; `data` as they were put in force."""

    kind: str
    version: str
    data: JsonValue


def posts_now() -> tuple[Post, ...]:
    """The posts as they stand now, by id."""
    return tuple(
        Post(
            PostId(row.pk),
            Bilingual(row.name_zh, row.name_en),
            AreaId(row.area),
            row.lon,
            row.lat,
            _polygons(bytes(row.grid)),
        )
        for row in models.Post.objects.order_by("id")
    )


def drawn_key_places() -> tuple[KeyPlace, ...]:
    """Key places that were drawn here, by id."""
    return tuple(
        KeyPlace(
            row.pk,
            Bilingual(row.name_zh, row.name_en),
            row.kind,
            row.lon,
            row.lat,
            row.radius_m,
            **_days(row),
        )
        for row in models.KeyPlace.objects.filter(drawn=True).order_by("id")
    )


def drawn_zones() -> tuple[Zone, ...]:
    """Zones that were drawn here, by id."""
    return tuple(
        Zone(
            row.pk,
            Bilingual(row.name_zh, row.name_en),
            PlaceClass(row.place_class),
            _polygons(bytes(row.boundary)),
            **_days(row),
        )
        for row in models.Zone.objects.filter(drawn=True).order_by("id")
    )


def rules_now(now_s: float) -> tuple[RulesNow, ...]:
    """The newest rules of each kind whose time has come, by kind."""
    rows = models.RulesInForce.objects.filter(from_s__lte=now_s).order_by("from_s", "pk")
    newest = {row.kind: RulesNow(row.kind, row.version, row.data) for row in rows}
    return tuple(newest[kind] for kind in sorted(newest))


def _days(row: models.KeyPlace | models.Zone) -> dict[str, Any]:
    return {
        name: None if day is None else day.isoformat()
        for name, day in (("valid_from", row.valid_from), ("valid_to", row.valid_to))
    }


def _polygons(packed: bytes) -> MultiPolygon:
    """A boundary from its WKB; empty where there is none."""
    if not packed:
        return ()
    found: Any = shapely.from_wkb(packed)
    parts = [part for part in shapely.get_parts(found) if part.geom_type == "Polygon"]
    return tuple(
        tuple(_ring(ring.coords) for ring in (part.exterior, *part.interiors)) for part in parts
    )


def _ring(points: Any) -> Ring:
    return tuple((float(lon), float(lat)) for lon, lat in points)
