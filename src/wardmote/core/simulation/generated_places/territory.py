"""Where everything lies: the region, its counties, towns, villages and rivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from wardmote.core.simulation.generated_places.naming import Namer
from wardmote.core.simulation.generated_places.rivers import River, lay_rivers
from wardmote.core.simulation.generated_places.scales import ScaleSpec
from wardmote.core.simulation.generated_places.shapes import (
    CENTIMETRE,
    blob,
    clusters,
    largest_remainder,
    nearest,
    ragged,
    scatter,
)

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

SAMPLES_PER_VILLAGE = 24
_LEAST_VILLAGES = 6
"""In a town: any number from six can be parted into beats of three and four."""
_TOWN_RADIUS_M = (430.0, 900.0)
_RIVER_MARGIN_M = 140.0
_VALLEY_DETAIL_M = 200.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A built-up area: a county seat or a town.

    Attributes:
        county: number of its county.
        is_seat: whether the county is governed from here.
        centre: metres on the plane.
        heading: direction of its main streets, radians; along the river where there is one.
    """

    county: int
    is_seat: bool
    centre: Float64
    radius_m: float
    heading: float


@dataclass(frozen=True, slots=True)
class Sites:
    """The villages and communities, one row each; a settlement's rows are together.

    Attributes:
        xy: float64 [n, 2] metres, where the committee's office stands.
        settlement: int64 [n] the town that each belongs to.
        urban: bool [n] a community within a built-up area.
        cells: the ground of each; the cells tile the region.
    """

    xy: Float64
    settlement: Int64
    urban: NDArray[np.bool_]
    cells: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class Territory:
    """The plan that streets, divisions and posts are laid out on."""

    region: Polygon
    rivers: tuple[River, ...]
    settlements: tuple[Settlement, ...]
    sites: Sites
    hills: Hills


@dataclass(frozen=True, slots=True)
class Hills:
    """How rugged the ground is: waves of several lengths, levelled near rivers and towns."""

    waves: Float64
    flats: tuple[tuple[float, float, float], ...]
    valleys: tuple[LineString, ...]

    def ruggedness(self, xy: Float64) -> Float64:
        """0 on the plain, 1 in the mountains; [n] for positions [n, 2] in metres."""
        total = np.zeros(len(xy))
        for kx, ky, phase, weight in self.waves:
            total += weight * np.sin(kx * xy[:, 0] + ky * xy[:, 1] + phase)
        rugged = np.clip(0.55 + 0.5 * total, 0.0, 1.0)
        for x, y, radius in self.flats:
            away = np.hypot(xy[:, 0] - x, xy[:, 1] - y)
            rugged *= np.clip((away - radius) / (2.5 * radius), 0.0, 1.0)
        points = shapely.points(xy)
        for valley in self.valleys:
            rugged *= np.clip(shapely.distance(points, valley) / 4_000.0, 0.1, 1.0)
        return np.round(rugged, 4)


def lay_out(spec: ScaleSpec, streams: dict[str, np.random.Generator], namer: Namer) -> Territory:
    """Region, rivers, settlements and village sites of a place."""
    rng = streams["territory"]
    radius = np.sqrt(spec.villages * spec.cell_km2 / np.pi) * 1_000
    region = ragged(blob(np.zeros(2), float(radius), rng, roughness=0.09), rng)
    samples = scatter(region, spec.villages * SAMPLES_PER_VILLAGE, rng)
    seats = _seats(spec, samples, rng)
    radii = np.full(spec.counties, spec.seat_radius_m[1])
    radii[0] = spec.seat_radius_m[0]
    rivers, headings = lay_rivers(
        seats, radii, region, spec.river_width_m, streams["rivers"], namer
    )
    settlements: list[Settlement] = []
    county_of = nearest(samples, seats)
    for county in range(spec.counties):
        seat = Settlement(county, True, seats[county], float(radii[county]), headings[county])
        settlements.append(seat)
        settlements += _towns(spec, seat, samples[county_of == county], rivers, rng)
    sites = _sites(spec, settlements, samples, county_of, region, rivers, rng)
    hills = _hills(settlements, rivers, streams["hills"])
    return Territory(region, rivers, tuple(settlements), sites, hills)


def _seats(spec: ScaleSpec, samples: Float64, rng: np.random.Generator) -> Float64:
    """Seats in the middle of evenly spread counties, the one nearest the middle of all first."""
    if spec.counties == 1:
        middle: Float64 = rng.normal(0, 0.05, size=(1, 2)) * np.abs(samples).max()
        return np.round(middle, CENTIMETRE)
    thinned = samples[:: max(1, len(samples) // (spec.counties * 400))]
    centres = clusters(thinned, spec.counties, rng, rounds=12)
    return centres[np.argsort(np.hypot(centres[:, 0], centres[:, 1]), kind="stable")]


def _towns(
    spec: ScaleSpec,
    seat: Settlement,
    samples: Float64,
    rivers: tuple[River, ...],
    rng: np.random.Generator,
) -> list[Settlement]:
    if spec.towns_per_county == 0:
        return []
    away = np.hypot(*(samples - seat.centre).T)
    centres = clusters(samples[away > 2.2 * seat.radius_m], spec.towns_per_county, rng, rounds=6)
    radii = np.round(rng.uniform(*_TOWN_RADIUS_M, size=len(centres)), CENTIMETRE)
    centres = _off_the_rivers(centres, radii + 100, rivers)
    headings = rng.uniform(-np.pi / 2, np.pi / 2, size=len(centres))
    return [
        Settlement(seat.county, False, centre, float(radius), float(heading))
        for centre, radius, heading in zip(centres, radii, headings, strict=True)
    ]


def _off_the_rivers(xy: Float64, clearance_m: Float64, rivers: tuple[River, ...]) -> Float64:
    """Positions moved straight away from any river nearer than its half width + clearance."""
    moved = xy.copy()
    for _ in range(2):
        for river in rivers:
            points = shapely.points(moved)
            foot = shapely.line_interpolate_point(
                river.course, shapely.line_locate_point(river.course, points)
            )
            step = moved - shapely.get_coordinates(foot)
            gap = np.hypot(step[:, 0], step[:, 1])
            need = river.width_m / 2 + clearance_m
            close = (gap < need) & (gap > 0)
            moved[close] += step[close] / gap[close, None] * (need - gap)[close, None]
    return np.round(moved, CENTIMETRE)


def _sites(
    spec: ScaleSpec,
    settlements: list[Settlement],
    samples: Float64,
    county_of: NDArray[np.intp],
    region: Polygon,
    rivers: tuple[River, ...],
    rng: np.random.Generator,
) -> Sites:
    counties = np.array([s.county for s in settlements])
    centres = np.array([s.centre for s in settlements])
    owner = np.empty(len(samples), dtype=np.int64)
    for county in range(spec.counties):
        rows = np.flatnonzero(counties == county)
        here = county_of == county
        owner[here] = rows[nearest(samples[here], centres[rows])]
    urban_counts = _urban_counts(spec, settlements)
    rural = [_rural_samples(samples[owner == i], s) for i, s in enumerate(settlements)]
    spare = np.maximum(_LEAST_VILLAGES - urban_counts, 0)
    left = spec.villages - int(urban_counts.sum() + spare.sum())
    weights = np.array([max(len(part), 1) for part in rural], dtype=np.float64)
    rural_counts = spare + largest_remainder(weights, left)

    positions, owners, urban = [], [], []
    for i, settlement in enumerate(settlements):
        inner = _communities(settlement, int(urban_counts[i]), rng)
        outer = clusters(rural[i], int(rural_counts[i]), rng, rounds=2)
        outer = _off_the_rivers(outer, np.full(len(outer), _RIVER_MARGIN_M), rivers)
        positions += [inner, outer]
        owners += [i] * (len(inner) + len(outer))
        urban += [True] * len(inner) + [False] * len(outer)
    xy = np.concatenate(positions)
    return Sites(xy, np.array(owners), np.array(urban), _cells(xy, region))


def _urban_counts(spec: ScaleSpec, settlements: list[Settlement]) -> Int64:
    counts = []
    for index, settlement in enumerate(settlements):
        seat = spec.seat_communities[0 if index == 0 else 1]
        counts.append(seat if settlement.is_seat else 1 + int(settlement.radius_m > 720))
    return np.array(counts, dtype=np.int64)


def _rural_samples(samples: Float64, settlement: Settlement) -> Float64:
    away = np.hypot(*(samples - settlement.centre).T)
    outside: Float64 = samples[away > 1.25 * settlement.radius_m + 250]
    return outside


def _communities(settlement: Settlement, number: int, rng: np.random.Generator) -> Float64:
    if number == 1:
        return settlement.centre[None].copy()
    disc = blob(settlement.centre, 0.92 * settlement.radius_m, rng, roughness=0.02)
    return clusters(scatter(disc, number * SAMPLES_PER_VILLAGE, rng), number, rng, rounds=4)


def _cells(xy: Float64, region: Polygon) -> tuple[Polygon, ...]:
    """Voronoi cells clipped to the region, on a 1 cm grid, one per site in order."""
    points = shapely.MultiPoint(xy)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=region, ordered=True))
    outside = ~shapely.contains_properly(region, cells)
    cells[outside] = shapely.intersection(cells[outside], region)
    rounded = shapely.transform(cells, lambda at: np.round(at, CENTIMETRE))
    return tuple(_one_part(cell) for cell in rounded)


def _one_part(cell: shapely.Geometry) -> Polygon:
    parts = shapely.get_parts(cell)
    return parts[int(np.argmax(shapely.area(parts)))]


def _hills(
    settlements: list[Settlement], rivers: tuple[River, ...], rng: np.random.Generator
) -> Hills:
    waves = []
    for length_m, weight in ((42_000, 0.6), (23_000, 0.5), (11_000, 0.4), (6_000, 0.25)):
        for _ in range(2):
            angle = rng.uniform(0, 2 * np.pi)
            k = 2 * np.pi / length_m
            phase = rng.uniform(0, 2 * np.pi)
            waves.append((k * np.cos(angle), k * np.sin(angle), phase, weight))
    flats = tuple(
        (float(s.centre[0]), float(s.centre[1]), s.radius_m) for s in settlements if s.is_seat
    )
    valleys = tuple(river.course.simplify(_VALLEY_DETAIL_M) for river in rivers)
    return Hills(np.array(waves), flats, valleys)
