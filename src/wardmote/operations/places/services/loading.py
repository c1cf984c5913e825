"""Taking over a city directory: its places become rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import shapely
from django.db import models, transaction

from wardmote.core.domain import places
from wardmote.core.domain.areas import ancestors
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import MultiPolygon, PlaceBook
from wardmote.operations.places import selectors
from wardmote.operations.places.city_directory import PLACES, CityDirectory
from wardmote.operations.places.models import Beat, City, Division, Grid, KeyPlace, Post, Zone

_BATCH = 500


def load_city(directory: CityDirectory) -> bool:
    """Take over a city's divisions, beats, posts, key places and zones.

    What was drawn or changed here stays as it is: a division or beat that was opened, renamed,
    redrawn or ended here is neither changed nor dropped, and a division that one of them or a grid
    lies in is not dropped either. Loading the same directory again changes nothing.

    Returns:
        whether anything was loaded.
    """
    manifest = directory.manifest
    digest = manifest.files[PLACES].sha256
    if City.objects.filter(pk=1, digest=digest).exists():
        return False
    book = directory.place_book()
    west, south, east, north = manifest.bounds
    with transaction.atomic():
        City.objects.update_or_create(
            pk=1,
            defaults={
                "name_zh": manifest.name.zh,
                "name_en": manifest.name.en,
                "time_zone": manifest.timezone,
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "centre_lon": manifest.centre[0],
                "centre_lat": manifest.centre[1],
                "attribution": manifest.source.attribution,
                "digest": digest,
            },
        )
        load_places(book)
    return True


def load_places(book: PlaceBook) -> None:
    """Make the rows of a place book, and drop those it no longer has."""
    with transaction.atomic():
        _replace(Division, [_division(one) for one in book.divisions], "code", _leaned_on())
        _replace(Beat, [_beat(one) for one in book.beats], "id")
        _replace(Post, [_post(one) for one in book.posts], "id")
        _replace(KeyPlace, [_key_place(one) for one in book.key_places], "id")
        _replace(Zone, [_zone(one) for one in book.zones], "id")
        transaction.on_commit(selectors.forget)


def _leaned_on() -> frozenset[str]:
    """Divisions that something opened or changed here lies in."""
    codes: set[str] = set(Grid.objects.values_list("village", flat=True))
    codes |= set(Division.objects.filter(drawn=True).values_list("parent", flat=True))
    for villages in Beat.objects.filter(drawn=True).values_list("villages", flat=True):
        codes |= set(villages)
    above = {above for code in codes if code for above in ancestors(AreaId(code))}
    return frozenset(codes | above)


def _replace(
    model: type[models.Model],
    rows: Sequence[models.Model],
    key: str,
    keep: frozenset[str] = frozenset(),
) -> None:
    fields = [field.name for field in model._meta.concrete_fields if field.name != key]
    stale = model._default_manager.all()
    if "drawn" in fields:
        kept = set(stale.filter(drawn=True).values_list("pk", flat=True))
        rows = [row for row in rows if row.pk not in kept]
        stale = stale.filter(drawn=False)
    ids = {str(row.pk) for row in rows} | keep
    gone = [one for one in stale.values_list("pk", flat=True) if one not in ids]
    for start in range(0, len(gone), _BATCH):
        stale.filter(pk__in=gone[start : start + _BATCH]).delete()
    model._default_manager.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=[key], update_fields=fields
    )


def _division(one: places.Division) -> Division:
    return Division(
        code=one.code,
        level=one.level.value,
        parent=one.parent or "",
        lon=one.lon,
        lat=one.lat,
        population=one.population,
        boundary=_wkb(one.boundary),
        **_names(one),
    )


def _beat(one: places.Beat) -> Beat:
    return Beat(
        id=one.beat_id,
        area=one.area,
        villages=list(one.villages),
        office_lon=one.office_lon,
        office_lat=one.office_lat,
        boundary=_wkb(one.boundary),
        **_names(one),
    )


def _post(one: places.Post) -> Post:
    return Post(
        id=one.post_id,
        area=one.area,
        lon=one.lon,
        lat=one.lat,
        grid=_wkb(one.grid),
        **_names(one),
    )


def _key_place(one: places.KeyPlace) -> KeyPlace:
    return KeyPlace(
        id=one.place_id,
        kind=one.kind,
        lon=one.lon,
        lat=one.lat,
        radius_m=one.radius_m,
        **_names(one),
        **_days(one),
    )


def _zone(one: places.Zone) -> Zone:
    return Zone(
        id=one.zone_id,
        place_class=one.place_class.value,
        boundary=_wkb(one.boundary),
        **_names(one),
        **_days(one),
    )


def _names(
    one: places.Division | places.Beat | places.Post | places.KeyPlace | places.Zone,
) -> dict[str, Any]:
    return {"name_zh": one.name.zh, "name_en": one.name.en}


def _days(one: places.KeyPlace | places.Zone) -> dict[str, Any]:
    return {
        "valid_from": None
        if one.valid_from is None
        else datetime.date.fromisoformat(one.valid_from),
        "valid_to": None if one.valid_to is None else datetime.date.fromisoformat(one.valid_to),
    }


def _wkb(boundary: MultiPolygon) -> bytes:
    """A boundary as WKB; empty when there is none."""
    if not boundary:
        return b""
    parts = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in boundary]
    whole: Any = shapely.MultiPolygon(parts)
    if not whole.is_valid:
        whole = shapely.make_valid(whole)
    packed: bytes = shapely.to_wkb(whole)
    return packed
