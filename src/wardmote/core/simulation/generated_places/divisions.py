"""The administrative tree of a generated place: names, 12-digit codes, residents, boundaries.

Codes are made as the statistics bureau makes them, under province 99, which no real province has:
a county's two digits count from 01 for districts and from 21 for counties; a town's three digits
from 001 for subdistricts, 100 for towns and 200 for townships; the last three digits from 001 for
residents' committees (communities) and 200 for villagers' committees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import Division, DivisionLevel, MultiPolygon
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.naming import Namer, with_kind
from wardmote.core.simulation.generated_places.partition import parts_by_weight
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.simulation.generated_places.scales import Scale, ScaleSpec
from wardmote.core.simulation.generated_places.shapes import largest_remainder
from wardmote.core.simulation.generated_places.territory import Settlement, Territory

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

PROVINCE = "99"
CITY = "9901"
_COMMUNITIES_PER_SUBDISTRICT = 22
_TOWNSHIP_RADIUS_M = 600.0
_RESIDENTS = {"seat": 6_000.0, "town": 4_500.0, "village": 1_500.0}
_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Town:
    """A town-level division while the tree is built.

    Attributes:
        settlement: number of the settlement it belongs to.
        rows: rows of `Sites` that make it up.
    """

    code: AreaId
    stem: Bilingual
    name: Bilingual
    settlement: int
    rows: Int64


@dataclass(frozen=True, slots=True)
class Tree:
    """The divisions, and what the rest of the place needs of them.

    Attributes:
        site_code, site_stem, site_name: by row of `Sites`.
        residents: int64 [sites].
        county_code: by county number.
    """

    divisions: tuple[Division, ...]
    towns: tuple[Town, ...]
    site_code: tuple[AreaId, ...]
    site_stem: tuple[Bilingual, ...]
    site_name: tuple[Bilingual, ...]
    residents: Int64
    county_code: tuple[AreaId, ...]


def padded(prefix: str) -> AreaId:
    """A division's 12 digits from its own and those above it."""
    return AreaId(prefix.ljust(12, "0"))


def boundary_of(shape: BaseGeometry) -> MultiPolygon:
    """Polygons on the plane as rings of WGS-84 positions."""
    polygons = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors]
        polygons.append(tuple(_ring(shapely.get_coordinates(ring)) for ring in rings))
    return tuple(polygons)


def _ring(xy: Float64) -> tuple[tuple[float, float], ...]:
    return tuple((lon, lat) for lon, lat in to_wgs84(xy).tolist())


def ground(territory: Territory, rows: Iterable[int]) -> BaseGeometry:
    """The cells of some sites as one shape; neighbours' borders stay identical point for point."""
    return shapely.coverage_union_all([territory.sites.cells[row] for row in rows])


def grow_tree(
    scale: Scale,
    spec: ScaleSpec,
    territory: Territory,
    settlement_stems: list[Bilingual],
    rng: np.random.Generator,
    namer: Namer,
) -> Tree:
    """Name, number and populate every division. Counts of residents add up at every level."""
    residents = _residents(spec, territory, rng)
    county_code = tuple(_county_code(scale, county) for county in range(spec.counties))
    towns = _towns(scale, territory, settlement_stems, county_code, rng, namer)
    site_code, site_stem, site_name = _name_sites(territory, towns, namer)
    builder = _Builder(territory, residents)
    province = namer.place()
    city = namer.place()
    top = [
        builder.point(padded(PROVINCE), with_kind(province, "省", "Province"), "province", None),
        builder.point(padded(CITY), with_kind(city, "市", "City"), "city", padded(PROVINCE)),
    ]
    whole_city = scale is Scale.PREFECTURE
    if whole_city:
        everything = np.arange(len(residents))
        top[1] = builder.shape(
            padded(CITY),
            with_kind(city, "市", "City"),
            "city",
            padded(PROVINCE),
            everything,
            territory.settlements[0].centre,
        )
    counties, lower = [], []
    for county, code in enumerate(county_code):
        seat = next(s for s in territory.settlements if s.is_seat and s.county == county)
        mine = [t for t in towns if territory.settlements[t.settlement].county == county]
        stem = _county_stem(territory, settlement_stems, county, scale, namer)
        district = _is_district(scale, county)
        name = with_kind(stem, "区" if district else "县", "District" if district else "County")
        if scale is Scale.TOWN:
            counties.append(builder.point(code, name, "county", padded(CITY)))
        else:
            rows = np.concatenate([t.rows for t in mine])
            counties.append(builder.shape(code, name, "county", padded(CITY), rows, seat.centre))
        for town in mine:
            lower.append(
                builder.shape(
                    town.code, town.name, "town", code, town.rows, _middle(territory, town)
                )
            )
            for row in town.rows.tolist():
                lower.append(builder.village(site_code[row], site_name[row], town.code, row))
    divisions = (*top, *counties, *lower)
    return Tree(divisions, towns, site_code, site_stem, site_name, residents, county_code)


def _is_district(scale: Scale, county: int) -> bool:
    return scale is Scale.PREFECTURE and county == 0


def _county_code(scale: Scale, county: int) -> AreaId:
    number = 1 if _is_district(scale, county) else 20 + county + (scale is not Scale.PREFECTURE)
    return padded(f"{CITY}{number:02d}")


def _county_stem(
    territory: Territory, stems: list[Bilingual], county: int, scale: Scale, namer: Namer
) -> Bilingual:
    """A county is called after its seat; the county of a lone town has a name of its own."""
    if scale is Scale.TOWN:
        return namer.place()
    seat = next(i for i, s in enumerate(territory.settlements) if s.is_seat and s.county == county)
    return stems[seat]


def _residents(spec: ScaleSpec, territory: Territory, rng: np.random.Generator) -> Int64:
    sites = territory.sites
    seat = np.array([s.is_seat for s in territory.settlements])[sites.settlement]
    typical = np.where(
        ~sites.urban,
        _RESIDENTS["village"],
        np.where(seat, _RESIDENTS["seat"], _RESIDENTS["town"]),
    )
    weights = np.round(typical * np.exp(rng.normal(0, _SPREAD, size=len(typical))), 3)
    return largest_remainder(weights, spec.residents)


def _towns(
    scale: Scale,
    territory: Territory,
    stems: list[Bilingual],
    county_code: tuple[AreaId, ...],
    rng: np.random.Generator,
    namer: Namer,
) -> tuple[Town, ...]:
    sites = territory.sites
    towns: list[Town] = []
    used: dict[tuple[int, str], int] = {}
    for number, settlement in enumerate(territory.settlements):
        rows = np.flatnonzero(sites.settlement == number)
        subdistricts = round(int(sites.urban[rows].sum()) / _COMMUNITIES_PER_SUBDISTRICT)
        split = settlement.is_seat and subdistricts > 1
        parts = (
            parts_by_weight(sites.xy[rows], np.where(sites.urban[rows], 1.0, 0.1), subdistricts)
            if split
            else [np.arange(len(rows))]
        )
        for part in parts:
            kind = "街道" if split else _kind(scale, settlement, rng)
            stem = namer.community(f"subdistricts {number}") if split else stems[number]
            digits, english = {
                "街道": (1, "Subdistrict"),
                "镇": (100, "Town"),
                "乡": (200, "Township"),
            }[kind]
            key = (settlement.county, kind)
            used[key] = used.get(key, -1) + 1
            code = padded(f"{county_code[settlement.county][:6]}{digits + used[key]:03d}")
            towns.append(Town(code, stem, with_kind(stem, kind, english), number, rows[part]))
    return tuple(towns)


def _kind(scale: Scale, settlement: Settlement, rng: np.random.Generator) -> str:
    if settlement.is_seat or scale is Scale.TOWN:
        return "镇"
    small = settlement.radius_m < _TOWNSHIP_RADIUS_M
    return "乡" if small and rng.random() < 0.8 else "镇"


def _name_sites(
    territory: Territory, towns: tuple[Town, ...], namer: Namer
) -> tuple[tuple[AreaId, ...], tuple[Bilingual, ...], tuple[Bilingual, ...]]:
    total = len(territory.sites.xy)
    blank = Bilingual("", "")
    codes, stems, names = [AreaId("")] * total, [blank] * total, [blank] * total
    for town in towns:
        communities, villages = 0, 0
        for row in town.rows.tolist():
            if territory.sites.urban[row]:
                communities += 1
                stem, digits = namer.community(f"communities {town.settlement}"), communities
                name = with_kind(stem, "社区", "Community")
            else:
                stem, digits = namer.village(f"villages {town.settlement}"), 200 + villages
                villages += 1
                name = with_kind(stem, "村", "Village")
            codes[row] = AreaId(f"{town.code[:9]}{digits:03d}")
            stems[row], names[row] = stem, name
    return tuple(codes), tuple(stems), tuple(names)


def _middle(territory: Territory, town: Town) -> Float64:
    """A town's name stands at its settlement, a subdistrict's amid its communities."""
    settlement = territory.settlements[town.settlement]
    rows = town.rows[territory.sites.urban[town.rows]]
    whole = len(rows) == int(
        (territory.sites.urban & (territory.sites.settlement == town.settlement)).sum()
    )
    return settlement.centre if whole else np.round(territory.sites.xy[rows].mean(axis=0), 2)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes `Division` values."""

    territory: Territory
    residents: Int64

    def point(self, code: AreaId, name: Bilingual, level: str, parent: AreaId | None) -> Division:
        """A division of which only a part is generated: no boundary, no count."""
        ((lon, lat),) = to_wgs84(np.zeros((1, 2))).tolist()
        return Division(code, name, DivisionLevel(level), parent, lon, lat, None, ())

    def shape(
        self,
        code: AreaId,
        name: Bilingual,
        level: str,
        parent: AreaId,
        rows: Int64,
        at: Float64,
    ) -> Division:
        """A division made up of the ground of some sites; its name stands `at` a point."""
        boundary = boundary_of(ground(self.territory, rows.tolist()))
        ((lon, lat),) = to_wgs84(at[None]).tolist()
        total = int(self.residents[rows].sum())
        return Division(code, name, DivisionLevel(level), parent, lon, lat, total, boundary)

    def village(self, code: AreaId, name: Bilingual, parent: AreaId, row: int) -> Division:
        """A village or community."""
        at = self.territory.sites.xy[row]
        return self.shape(code, name, "village", parent, np.array([row]), at)
