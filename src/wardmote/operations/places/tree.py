"""Reading the tree of places: what held on a day, and what became of it.

A boundary is the newest version whose day has come; a place that was never redrawn here has the one
that it was loaded with.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Count, Max, Q

from wardmote.core.domain.division_changes import (
    GRID_DIGITS,
    PlaceOnDay,
    TreeLevel,
    ValidDays,
    code_above,
    is_tree_code,
    level_of,
)
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.models import (
    Beat,
    BeatVersion,
    BoundaryVersion,
    ChangedPlace,
    City,
    Division,
    DivisionChange,
    Grid,
)

PlaceRow = Division | Grid
AT_ONCE = 500
"""So many values are asked for by one query; databases bound the values of one."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A place as a list shows it.

    Attributes:
        parent: code above; empty at the top.
        drawn: it was opened or changed here, so that another load of the city leaves it.
    """

    code: str
    name: Bilingual
    level: TreeLevel
    parent: str
    days: ValidDays
    population: int | None
    lon: float | None
    lat: float | None
    has_boundary: bool
    drawn: bool


@dataclass(frozen=True, slots=True)
class BeatOnDay:
    """A beat as it was on one day: its villages, and its ground where that is known."""

    beat: BeatId
    name: Bilingual
    area: AreaId
    villages: tuple[AreaId, ...]
    office_lon: float
    office_lat: float
    boundary: bytes
    days: ValidDays


def version() -> str:
    """Tells one state of the tree from another: what is worked out without a lock is held to it."""
    changes = DivisionChange.objects.aggregate(count=Count("pk"), last=Max("at_s"))
    beats = BeatVersion.objects.aggregate(count=Count("pk"), last=Max("set_s"))
    loaded = City.objects.values_list("digest", flat=True).first()
    rows = (Division.objects.count(), Grid.objects.count())
    return f"{rows} {changes} {beats} {loaded}"


def place_row(code: str) -> PlaceRow | None:
    """The row of a division or grid, ended or not."""
    if len(code) == GRID_DIGITS:
        return Grid.objects.filter(pk=code).first()
    return Division.objects.filter(pk=code).first()


def days_of(row: PlaceRow | Beat) -> ValidDays:
    """The days on which a row holds."""
    return ValidDays(row.valid_from, row.valid_to)


def parent_of(row: PlaceRow) -> str:
    """The code above a row; empty at the top."""
    return row.village if isinstance(row, Grid) else row.parent


def in_force(day: datetime.date) -> Q:
    """The condition that a row holds on a day."""
    started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return started & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def names_of(codes: Collection[str]) -> dict[str, Bilingual]:
    """What divisions and grids are called, ended or not; codes never given are left out."""
    found: dict[str, Bilingual] = {}
    for part in batches(sorted(set(codes))):
        for model in (Division, Grid):
            rows = model._default_manager.filter(pk__in=part)
            for code, zh, en in rows.values_list("pk", "name_zh", "name_en"):
                found[code] = Bilingual(zh, en)
    return found


def children_of(code: str, day: datetime.date | None) -> list[TreeRow]:
    """Divisions or grids directly below one, by code; ended ones too where `day` is None."""
    divisions = Division.objects.filter(parent=code)
    grids = Grid.objects.filter(village=code)
    if day is not None:
        divisions, grids = divisions.filter(in_force(day)), grids.filter(in_force(day))
    return [*_tree_rows(divisions), *_tree_rows(grids)]


def rows_within(prefix: str, day: datetime.date | None) -> list[TreeRow]:
    """Every division and grid whose code begins so, by code; as `children_of`."""
    divisions = Division.objects.filter(code__startswith=prefix)
    grids = Grid.objects.filter(code__startswith=prefix)
    if day is not None:
        divisions, grids = divisions.filter(in_force(day)), grids.filter(in_force(day))
    return [*_tree_rows(divisions), *_tree_rows(grids)]


def wide_rows(prefix: str, day: datetime.date) -> list[TreeRow]:
    """Divisions down to towns whose codes begin so on a day, by code."""
    rows = Division.objects.filter(in_force(day), code__startswith=prefix)
    return _tree_rows(rows.exclude(level=TreeLevel.VILLAGE.value))


def tree_row(code: str) -> TreeRow | None:
    """One place of the tree, ended or not."""
    rows = (Grid if len(code) == GRID_DIGITS else Division).objects.filter(pk=code)
    found = _tree_rows(rows)
    return found[0] if found else None


def tops(day: datetime.date) -> list[TreeRow]:
    """Divisions that have none above them here, by code."""
    codes = set(Division.objects.filter(in_force(day)).values_list("code", flat=True))
    parents = Division.objects.filter(in_force(day)).values_list("code", "parent")
    chosen = [code for code, parent in parents if parent not in codes]
    return _tree_rows(Division.objects.filter(code__in=chosen[:AT_ONCE]))


def path_to(code: str) -> list[TreeRow]:
    """A place and those above it that are known, the widest first."""
    path: list[TreeRow] = []
    at: str | None = code
    while at is not None:
        row = tree_row(at)
        if row is not None:
            path.append(row)
        at = code_above(at)
    return path[::-1]


def division_at(code: str, day: datetime.date) -> PlaceOnDay | None:
    """A division or grid as it was on a local day; None where it did not hold then."""
    if not is_tree_code(code):
        return None
    row = place_row(code)
    if row is None or not days_of(row).hold(day):
        return None
    shape = boundaries_on([code], day).get(code)
    return PlaceOnDay(
        code=code,
        name=name_on(row, day),
        level=level_of(code),
        parent=AreaId(parent_of(row)) if parent_of(row) else None,
        days=days_of(row),
        boundary=rings_of(shape),
        lon=row.lon,
        lat=row.lat,
    )


def name_on(row: PlaceRow, day: datetime.date) -> Bilingual:
    """What a place was called on a day: its name now, unless it was renamed after that day."""
    later = DivisionChange.objects.filter(kind="rename", day__gt=day, places__code=row.pk).order_by(
        "day", "at_s", "id"
    )
    first = later.first()
    if first is None:
        return Bilingual(row.name_zh, row.name_en)
    return Bilingual(first.was.get("name_zh", ""), first.was.get("name_en", ""))


def boundaries_on(codes: Collection[str], day: datetime.date) -> dict[str, Any]:
    """The shapely boundary of each place on a day; places without one are left out."""
    packed = packed_boundaries_on(codes, day)
    shapes = shapely.from_wkb(list(packed.values())) if packed else []
    return dict(zip(packed, shapes, strict=True))


def packed_boundaries_on(codes: Collection[str], day: datetime.date) -> dict[str, bytes]:
    """As `boundaries_on`, as WKB. Reads a few large queries, not one for each place."""
    wanted = sorted(set(codes))
    found: dict[str, bytes] = {}
    versioned: set[str] = set()
    for part in batches(wanted):
        for model in (Division, Grid):
            rows = model._default_manager.filter(pk__in=part).exclude(boundary=b"")
            found.update((code, bytes(wkb)) for code, wkb in rows.values_list("code", "boundary"))
        versions = BoundaryVersion.objects.filter(code__in=part).order_by("code", "from_day")
        for code, from_day, wkb in versions.values_list("code", "from_day", "boundary"):
            if code not in versioned:
                versioned.add(code)
                found.pop(code, None)  # the row holds what is in force now, not on that day
            if from_day <= day:
                found[code] = bytes(wkb)
    return {code: found[code] for code in wanted if found.get(code)}


def versions_of(code: str) -> list[BoundaryVersion]:
    """The boundaries that a place had and will have, the newest first."""
    return list(BoundaryVersion.objects.filter(code=code).order_by("-from_day"))


def history_of(code: str) -> list[DivisionChange]:
    """What became of a place, the newest first."""
    changes = DivisionChange.objects.filter(places__code=code)
    return list(changes.order_by("-day", "-at_s", "-id"))


def changes_within(prefix: str, limit: int) -> list[DivisionChange]:
    """The last changes of places whose codes begin so, the newest first."""
    ids = ChangedPlace.objects.filter(code__startswith=prefix).values("change")
    return list(DivisionChange.objects.filter(pk__in=ids).order_by("-at_s", "-id")[:limit])


def beats_on(day: datetime.date) -> list[BeatOnDay]:
    """The beats as they were on a day, by id."""
    rows = Beat.objects.filter(in_force(day)).order_by("id")
    newest: dict[str, BeatVersion] = {}
    versioned: set[str] = set()
    for version in BeatVersion.objects.order_by("beat", "from_day"):
        versioned.add(version.beat)
        if version.from_day <= day:
            newest[version.beat] = version
    return [_beat(row, newest.get(row.pk), row.pk in versioned) for row in rows]


def beat_versions_of(beat: str) -> list[BeatVersion]:
    """The villages that a beat had and will have, the newest first."""
    return list(BeatVersion.objects.filter(beat=beat).order_by("-from_day"))


def used_codes(candidates: Iterable[str]) -> set[str]:
    """Those of `candidates` that were ever given."""
    found: set[str] = set()
    for part in batches(sorted(set(candidates))):
        found |= set(Division.objects.filter(pk__in=part).values_list("pk", flat=True))
        found |= set(Grid.objects.filter(pk__in=part).values_list("pk", flat=True))
    return found


def batches(values: list[str]) -> Iterable[list[str]]:
    """Values in lists that one query can name."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def rings_of(shape: Any) -> MultiPolygon:
    """A shapely boundary as rings; empty where there is none."""
    if shape is None:
        return ()
    return tuple(
        tuple(
            tuple((float(lon), float(lat)) for lon, lat in ring.coords)
            for ring in (part.exterior, *part.interiors)
        )
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    )


def _beat(row: Beat, version: BeatVersion | None, versioned: bool) -> BeatOnDay:
    if version is not None:
        villages, boundary = version.villages, bytes(version.boundary)
    else:
        villages = [] if versioned else row.villages
        boundary = b"" if versioned else bytes(row.boundary)
    return BeatOnDay(
        beat=BeatId(row.pk),
        name=Bilingual(row.name_zh, row.name_en),
        area=AreaId(row.area),
        villages=tuple(AreaId(code) for code in villages),
        office_lon=row.office_lon,
        office_lat=row.office_lat,
        boundary=boundary,
        days=days_of(row),
    )


_LISTED = ("code", "name_zh", "name_en", "valid_from", "valid_to", "population", "lon", "lat")


def _tree_rows(rows: Any) -> list[TreeRow]:
    grids = rows.model is Grid
    bare = set(rows.filter(boundary=b"").values_list("pk", flat=True))
    extra = ("village",) if grids else ("parent", "drawn")
    return [
        TreeRow(
            code=row["code"],
            name=Bilingual(row["name_zh"], row["name_en"]),
            level=level_of(row["code"]),
            parent=row["village"] if grids else row["parent"],
            days=ValidDays(row["valid_from"], row["valid_to"]),
            population=row["population"],
            lon=row["lon"],
            lat=row["lat"],
            has_boundary=row["code"] not in bare,
            drawn=True if grids else row["drawn"],
        )
        for row in rows.order_by("code").values(*_LISTED, *extra)
    ]
