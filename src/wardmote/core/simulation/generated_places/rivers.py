"""Rivers: one main river through the seats, and tributaries from the seats beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.naming import Namer
from wardmote.core.simulation.generated_places.shapes import CENTIMETRE, wind

Float64 = NDArray[np.float64]

_TRIBUTARY_WIDTH_SHARE = 0.5
_WINDING = 0.17
_LEVELS = 5
_TOWN_REACH = 1.5
"""A river runs nearly straight within this many radii of a seat."""


@dataclass(frozen=True, slots=True)
class River:
    """A river's course and its water."""

    name: Bilingual
    course: LineString
    width_m: float
    water: BaseGeometry


def seat_tree(seats: Float64) -> list[list[int]]:
    """Paths that connect the seats: first the longest of their tree, then its branches.

    Each later path begins at a seat not yet reached and ends at one that is.
    """
    if len(seats) == 1:
        return [[0]]
    neighbours = _spanning_tree(seats)
    one_end = _farthest(neighbours, seats, 0)[-1]
    paths = [_farthest(neighbours, seats, one_end)]
    reached = set(paths[0])
    while len(reached) < len(seats):
        leaf_paths = [
            _path_to(neighbours, seat, reached)
            for seat in range(len(seats))
            if seat not in reached and len(neighbours[seat]) == 1
        ]
        longest = max(leaf_paths, key=len)
        paths.append(longest)
        reached.update(longest)
    return paths


def _spanning_tree(points: Float64) -> list[list[int]]:
    neighbours: list[list[int]] = [[] for _ in points]
    inside = {0}
    while len(inside) < len(points):
        _, here, there = min(
            (float(np.hypot(*(points[a] - points[b]))), a, b)
            for a in sorted(inside)
            for b in range(len(points))
            if b not in inside
        )
        neighbours[here].append(there)
        neighbours[there].append(here)
        inside.add(there)
    return neighbours


def _path_to(neighbours: list[list[int]], start: int, goals: set[int]) -> list[int]:
    waiting = [[start]]
    while waiting:
        path = waiting.pop(0)
        if path[-1] in goals:
            return path
        waiting.extend([*path, n] for n in neighbours[path[-1]] if n not in path)
    return [start]


def _farthest(neighbours: list[list[int]], points: Float64, start: int) -> list[int]:
    best, best_length = [start], 0.0
    waiting: list[tuple[list[int], float]] = [([start], 0.0)]
    while waiting:
        path, length = waiting.pop()
        if length > best_length:
            best, best_length = path, length
        for n in neighbours[path[-1]]:
            if n not in path:
                step = float(np.hypot(*(points[n] - points[path[-1]])))
                waiting.append(([*path, n], length + step))
    return best


def lay_rivers(
    seats: Float64,
    radii: Float64,
    region: Polygon,
    width_m: float,
    rng: np.random.Generator,
    namer: Namer,
) -> tuple[tuple[River, ...], Float64]:
    """Rivers, and for each seat the heading (radians) of the river that passes it.

    Every seat lies on a bank: the course passes at a fifth of its radius from the centre.
    """
    headings = np.full(len(seats), np.nan)
    rivers: list[River] = []
    for path in seat_tree(seats):
        main = not rivers
        upstream = [seat for seat in path if np.isnan(headings[seat])]
        _choose_headings(seats, path, headings, rng)
        points = _control_points(seats, radii, upstream, headings, rng)
        if main:
            points = _to_the_edge(points, region)
        else:
            points = np.concatenate((points, _confluence(rivers, points[-1])[None]))
        width = width_m * (1.0 if main else _TRIBUTARY_WIDTH_SHARE)
        course = LineString(_course(points, seats[upstream], radii[upstream], rng))
        water = shapely.intersection(shapely.buffer(course, width / 2, quad_segs=3), region)
        rivers.append(River(namer.river(), course, width, water))
    return tuple(rivers), headings


def _choose_headings(
    seats: Float64, path: list[int], headings: Float64, rng: np.random.Generator
) -> None:
    for index, seat in enumerate(path):
        if not np.isnan(headings[seat]):
            continue
        before = seats[path[max(index - 1, 0)]]
        after = seats[path[min(index + 1, len(path) - 1)]]
        step = after - before
        angle = rng.uniform(-0.6, 0.6) if not step.any() else float(np.arctan2(step[1], step[0]))
        headings[seat] = angle + rng.normal(0, 0.12)


def _control_points(
    seats: Float64, radii: Float64, path: list[int], headings: Float64, rng: np.random.Generator
) -> Float64:
    points = []
    for seat in path:
        along = np.array((np.cos(headings[seat]), np.sin(headings[seat])))
        side = np.array((-along[1], along[0])) * (1 if rng.random() < 0.5 else -1)
        bank = seats[seat] + 0.2 * radii[seat] * side
        reach = _TOWN_REACH * radii[seat]
        points += [bank - reach * along, bank, bank + reach * along]
    return np.array(points)


def _to_the_edge(points: Float64, region: Polygon) -> Float64:
    """The course lengthened at both ends until it has left the region."""
    west, south, east, north = region.bounds
    far = np.hypot(east - west, north - south)
    first, last = points[0] - points[1], points[-1] - points[-2]
    start = points[0] + first / np.hypot(*first) * far
    end = points[-1] + last / np.hypot(*last) * far
    whole = np.concatenate((start[None], points, end[None]))
    grown = shapely.buffer(region, 0.02 * far)
    inside = shapely.get_parts(shapely.intersection(LineString(whole), grown))
    kept = max(inside, key=lambda part: float(part.length))
    return np.asarray(kept.coords)


def _confluence(rivers: list[River], mouth: Float64) -> Float64:
    """Where a tributary ending at `mouth` meets the nearest river."""
    point = shapely.Point(mouth)
    nearest = min(rivers, key=lambda river: float(river.course.distance(point)))
    at = nearest.course.interpolate(nearest.course.project(point))
    return np.array((at.x, at.y))


def _course(points: Float64, seats: Float64, radii: Float64, rng: np.random.Generator) -> Float64:
    """Winding in the country, nearly straight where it passes a seat."""
    middles = (points[:-1] + points[1:]) / 2
    gap = np.hypot(middles[:, None, 0] - seats[None, :, 0], middles[:, None, 1] - seats[None, :, 1])
    in_town = (gap < 1.2 * radii[None, :]).any(axis=1)
    share = np.where(in_town, 0.025, _WINDING)
    pieces = wind(points[:-1], points[1:], share, _LEVELS, rng)
    course = np.concatenate([pieces[0], *[piece[1:] for piece in pieces[1:]]])
    return np.round(course, CENTIMETRE)
