"""Loading a city, closing roads, writing premise notes, putting rules in force."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import shapely
from django.db import models, transaction

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.categories import load_categories
from wardmote.core.domain.events import ClosureSet, RulesSet
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import MultiPolygon, PlaceBook
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.run_cards import load_run_cards
from wardmote.core.domain.standards import load_standard
from wardmote.core.policies.routing import load_rules
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors
from wardmote.operations.places.city_directory import PLACES, CityDirectory
from wardmote.operations.places.errors import (
    RulesRefusedError,
    UnknownClosureError,
    UnknownEdgesError,
)
from wardmote.operations.places.models import (
    Beat,
    City,
    Closure,
    Division,
    KeyPlace,
    Post,
    PremiseNote,
    RulesInForce,
    Zone,
)

MAX_CLOSED_EDGES = 2_000
PREMISE_NOTE_LIFE_S = 365 * 86_400.0
_BATCH = 500


class _Versioned(Protocol):
    @property
    def version(self) -> str: ...


_LOADERS: Mapping[str, Callable[[JsonValue], _Versioned]] = {
    "standard": load_standard,
    "categories": load_categories,
    "routing": load_rules,
    "run_cards": load_run_cards,
}


def load_city(directory: CityDirectory) -> bool:
    """Take over a city's divisions, beats, posts, key places and zones.

    What was drawn here stays. Loading the same directory again changes nothing.

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
        _replace(Division, _divisions(book), "code")
        _replace(Beat, _beats(book), "id")
        _replace(Post, _posts(book), "id")
        _replace(KeyPlace, _key_places(book), "id")
        _replace(Zone, _zones(book), "id")
        transaction.on_commit(selectors.forget)


def _replace(model: type[models.Model], rows: Sequence[models.Model], key: str) -> None:
    fields = [field.name for field in model._meta.concrete_fields if field.name != key]
    stale = model._default_manager.all()
    if "drawn" in fields:
        stale = stale.filter(drawn=False)
    ids = {str(row.pk) for row in rows}
    gone = [one for one in stale.values_list("pk", flat=True) if one not in ids]
    for start in range(0, len(gone), _BATCH):
        stale.filter(pk__in=gone[start : start + _BATCH]).delete()
    model._default_manager.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=[key], update_fields=fields
    )


def wkb_of(boundary: MultiPolygon) -> bytes:
    """A boundary as WKB; empty when there is none."""
    if not boundary:
        return b""
    parts = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in boundary]
    whole: Any = shapely.MultiPolygon(parts)
    if not whole.is_valid:
        whole = shapely.make_valid(whole)
    packed: bytes = shapely.to_wkb(whole)
    return packed


def _divisions(book: PlaceBook) -> list[Division]:
    return [
        Division(
            code=one.code,
            name_zh=one.name.zh,
            name_en=one.name.en,
            level=one.level.value,
            parent=one.parent or "",
            lon=one.lon,
            lat=one.lat,
            population=one.population,
            boundary=wkb_of(one.boundary),
        )
        for one in book.divisions
    ]


def _beats(book: PlaceBook) -> list[Beat]:
    return [
        Beat(
            id=one.beat_id,
            name_zh=one.name.zh,
            name_en=one.name.en,
            area=one.area,
            villages=list(one.villages),
            office_lon=one.office_lon,
            office_lat=one.office_lat,
            boundary=wkb_of(one.boundary),
        )
        for one in book.beats
    ]


def _posts(book: PlaceBook) -> list[Post]:
    return [
        Post(
            id=one.post_id,
            name_zh=one.name.zh,
            name_en=one.name.en,
            area=one.area,
            lon=one.lon,
            lat=one.lat,
            grid=wkb_of(one.grid),
        )
        for one in book.posts
    ]


def _key_places(book: PlaceBook) -> list[KeyPlace]:
    return [
        KeyPlace(
            id=one.place_id,
            name_zh=one.name.zh,
            name_en=one.name.en,
            kind=one.kind,
            lon=one.lon,
            lat=one.lat,
            radius_m=one.radius_m,
            valid_from=_day(one.valid_from),
            valid_to=_day(one.valid_to),
        )
        for one in book.key_places
    ]


def _zones(book: PlaceBook) -> list[Zone]:
    return [
        Zone(
            id=one.zone_id,
            name_zh=one.name.zh,
            name_en=one.name.en,
            place_class=one.place_class.value,
            boundary=wkb_of(one.boundary),
            valid_from=_day(one.valid_from),
            valid_to=_day(one.valid_to),
        )
        for one in book.zones
    ]


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def set_rules(viewer: Viewer, kind: str, data: JsonValue, *, now_s: float) -> str:
    """Put a version of a standard, category tree or rule set in force; returns the version.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
        RulesRefusedError: the data do not fit; nothing was changed.
    """
    if not viewer.may(Permission.CONFIGURATION_EDIT, selectors.location_index().whole_area):
        raise AccessDeniedError
    try:
        loaded = _LOADERS[kind](data)
    except InvalidDataError as error:
        raise RulesRefusedError(path=error.path or "/", reason=error.code) from error
    _put_in_force(viewer, kind, loaded.version, data, now_s)
    return loaded.version


def keep_vehicle_model(viewer: Viewer, model: VehicleModel, *, version: str, now_s: float) -> None:
    """Put a fitted emergency-vehicle model in force.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
    """
    if not viewer.may(Permission.CONFIGURATION_EDIT, selectors.location_index().whole_area):
        raise AccessDeniedError
    _put_in_force(viewer, "vehicle_model", version[:60], model.to_dict(), now_s)


def _put_in_force(viewer: Viewer, kind: str, version: str, data: JsonValue, now_s: float) -> None:
    with transaction.atomic():
        RulesInForce.objects.create(
            kind=kind, version=version, data=data, from_s=now_s, set_by=viewer.staff_id
        )
        transaction.on_commit(selectors.forget)
        area = selectors.location_index().whole_area
        record([RulesSet(kind, version)], actor=viewer.staff_id, area=area, now_s=now_s)


def close_road(
    viewer: Viewer,
    area: AreaId,
    edges: Sequence[int],
    *,
    reason: str,
    now_s: float,
    edge_count: int,
) -> str:
    """Close whole edges of the road graph to through traffic; returns the closure's id.

    `edge_count` is the number of edges of the graph that the numbers belong to.

    Raises:
        AccessDeniedError: the viewer may not close roads in `area`.
        UnknownEdgesError: no edges, too many, or unknown ones.
    """
    _may_close(viewer, area)
    chosen = sorted(set(edges))
    if not 0 < len(chosen) <= MAX_CLOSED_EDGES or chosen[0] < 0 or chosen[-1] >= edge_count:
        raise UnknownEdgesError
    closure = new_id(now_s)
    with transaction.atomic():
        Closure.objects.create(
            id=closure,
            area=area,
            edges=chosen,
            reason=reason[:200],
            set_s=now_s,
            set_by=viewer.staff_id,
        )
        record(
            [ClosureSet(closure, tuple(chosen), closed=True)],
            actor=viewer.staff_id,
            area=area,
            now_s=now_s,
        )
    return closure


def open_road(viewer: Viewer, closure: str, *, now_s: float) -> None:
    """Lift a closure.

    Raises:
        UnknownClosureError: there is none, or it was lifted already.
        AccessDeniedError: the viewer may not.
    """
    with transaction.atomic():
        row = Closure.objects.select_for_update().filter(pk=closure, closed=True).first()
        if row is None:
            raise UnknownClosureError
        _may_close(viewer, AreaId(row.area))
        row.closed = False
        row.opened_s = now_s
        row.save(update_fields=["closed", "opened_s"])
        record(
            [ClosureSet(closure, tuple(row.edges), closed=False)],
            actor=viewer.staff_id,
            area=AreaId(row.area),
            now_s=now_s,
        )


def _may_close(viewer: Viewer, area: AreaId) -> None:
    if not (
        viewer.may(Permission.INCIDENT_DISPATCH, area)
        or viewer.may(Permission.CONFIGURATION_EDIT, area)
    ):
        raise AccessDeniedError


def write_premise_note(
    viewer: Viewer, lon: float, lat: float, text: str, *, now_s: float, radius_m: float = 30.0
) -> str:
    """Write a note about a place; it ends after a year. Returns its id.

    Raises:
        AccessDeniedError: the viewer may not edit calls there.
    """
    area = selectors.locate(lon, lat, now_s).area or EVERYWHERE
    if not viewer.may(Permission.INCIDENT_EDIT, area):
        raise AccessDeniedError
    note = PremiseNote.objects.create(
        id=new_id(now_s),
        area=area,
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        text=text.strip()[:300],
        written_by=viewer.staff_id,
        written_s=now_s,
        expires_s=now_s + PREMISE_NOTE_LIFE_S,
    )
    return str(note.pk)
