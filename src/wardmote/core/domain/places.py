"""Places: divisions, beats, posts, key places, the centre, and the units that stand there.

Pure values. Coordinates are WGS-84 degrees; polygons are tuples of rings, a ring a tuple of
``(lon, lat)`` pairs whose first equals its last, the outer ring first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.ids import AreaId, BeatId, PersonId, PostId, UnitId
from wardmote.core.domain.text import Bilingual

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]
MultiPolygon = tuple[Polygon, ...]


class DivisionLevel(StrEnum):
    """The levels of the administrative tree (行政区划)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division.

    Attributes:
        code: 12 digits (GB/T 10114, statistics bureau practice), zero-padded; also the AreaId.
        parent: the code of the division above; None at the top.
        population: residents as a count; None when unknown.
        boundary: empty when only a point is known.
    """

    code: AreaId
    name: Bilingual
    level: DivisionLevel
    parent: AreaId | None
    lon: float
    lat: float
    population: int | None
    boundary: MultiPolygon


class PlaceClass(StrEnum):
    """What a response standard looks at: where is the call?"""

    KEY_PLACE = "key_place"
    CENTRE = "centre"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A school, hospital, station or market that asks for arrival within a minute.

    Attributes:
        kind: ``school``, ``hospital``, ``station``, ``market``, ``government``, ``other``.
        radius_m: calls within this distance (<=) of the point count as at the place.
        valid_from, valid_to: ISO dates, inclusive; None means open.
    """

    place_id: str
    name: Bilingual
    kind: str
    lon: float
    lat: float
    radius_m: float
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """An area drawn on the map that gives the calls inside it a place class (the centre, say)."""

    zone_id: str
    name: Bilingual
    place_class: PlaceClass
    boundary: MultiPolygon
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """A community office's beat (警务区): one office, one officer, N assistants, 3-4 villages."""

    beat_id: BeatId
    name: Bilingual
    area: AreaId
    villages: tuple[AreaId, ...]
    office_lon: float
    office_lat: float
    boundary: MultiPolygon


@dataclass(frozen=True, slots=True)
class Post:
    """A fast-response post (快反点)."""

    post_id: PostId
    name: Bilingual
    area: AreaId
    lon: float
    lat: float
    grid: MultiPolygon


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit as equipped: a vehicle (or foot patrol), where it stands by, what it can do.

    Attributes:
        kind: ``command_car``, ``patrol_car``, ``motorcycle``, ``engine``, ``medic``, ...
        capabilities: kinds of work it can take in a run card, its own kind included.
        seats: people aboard.
    """

    unit_id: UnitId
    call_sign: str
    kind: str
    post: PostId
    area: AreaId
    capabilities: tuple[str, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff, with the role held and where. Names of generated staff are invented."""

    person_id: PersonId
    name: Bilingual
    role: str
    area: AreaId
    post: PostId | None
    beat: BeatId | None


@dataclass(frozen=True, slots=True)
class PlaceBook:
    """All that a city directory says about a place, besides its roads, names and tiles."""

    divisions: tuple[Division, ...]
    beats: tuple[Beat, ...]
    posts: tuple[Post, ...]
    key_places: tuple[KeyPlace, ...]
    zones: tuple[Zone, ...]
    units: tuple[UnitSpec, ...]
    staff: tuple[StaffMember, ...]
