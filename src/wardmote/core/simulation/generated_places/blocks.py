"""What fills a block between through streets: lanes in one of several patterns, parks, campuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]
Place = Callable[[Float64, Float64], Float64]

_OVERSHOOT_M = 2.5
"""Lanes reach a little beyond the street they join, so that the two surely cross."""
_INSET_M = 16.0


class Pattern(StrEnum):
    """How a block is laid out."""

    GRID = "grid"
    ALONG = "along"
    ACROSS = "across"
    COMPOUND = "compound"
    CAMPUS = "campus"
    PARK = "park"
    FIELD = "field"


_PATTERNS = tuple(Pattern)
_INNER = np.array([0.30, 0.18, 0.18, 0.16, 0.10, 0.08, 0.0])
_OUTER = np.array([0.14, 0.17, 0.17, 0.20, 0.08, 0.06, 0.18])


@dataclass(frozen=True, slots=True)
class Block:
    """A block in grid coordinates; `far` is its distance from the centre in radii."""

    u: tuple[float, float]
    v: tuple[float, float]
    far: float
    old: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane on the plane, in its direction when it is one-way."""

    points: Float64
    road_class: RoadClass
    oneway: bool = False


@dataclass(slots=True)
class BlockContent:
    """What was laid out in a block."""

    lanes: list[Lane] = field(default_factory=list)
    parks: list[Polygon] = field(default_factory=list)
    sites: list[Polygon] = field(default_factory=list)


def fill_block(block: Block, rng: np.random.Generator, place: Place) -> BlockContent:
    """Choose a pattern and draw it."""
    content = BlockContent()
    if block.old:
        _lanes(block, rng, place, content, spacing=72.0, along=True, across=True)
        return content
    share = min(1.0, max(0.0, (block.far - 0.4) / 0.6))
    weights = (1 - share) * _INNER + share * _OUTER
    pattern = _PATTERNS[int(rng.choice(len(_PATTERNS), p=weights / weights.sum()))]
    if pattern is Pattern.PARK:
        content.parks.append(_ground(block, place))
    elif pattern is Pattern.CAMPUS:
        content.sites.append(_ground(block, place))
        _drive(block, rng, place, content)
    elif pattern is Pattern.COMPOUND:
        _drive(block, rng, place, content)
        _drive(block, rng, place, content)
    elif pattern is not Pattern.FIELD:
        _lanes(
            block,
            rng,
            place,
            content,
            spacing=105.0,
            along=pattern is not Pattern.ACROSS,
            across=pattern is not Pattern.ALONG,
        )
    return content


def _lanes(
    block: Block,
    rng: np.random.Generator,
    place: Place,
    content: BlockContent,
    *,
    spacing: float,
    along: bool,
    across: bool,
) -> None:
    """Lanes from side to side; in the old town they are narrow and half of them one-way."""
    road_class = RoadClass.LIVING_STREET if block.old else RoadClass.RESIDENTIAL
    for run_u, wanted in ((True, along), (False, across)):
        if not wanted:
            continue
        run, cross = (block.u, block.v) if run_u else (block.v, block.u)
        number = max(1, round((cross[1] - cross[0]) / spacing) - 1)
        pitch = (cross[1] - cross[0]) / (number + 1)
        for row in range(number):
            if rng.random() < 0.07:
                continue
            middle = cross[0] + pitch * (row + 1)
            ends = middle + pitch * rng.normal(0, 0.13, size=2)
            start, end = run[0] - _OVERSHOOT_M, run[1] + _OVERSHOOT_M
            if rng.random() < 0.1:
                end = start + (end - start) * rng.uniform(0.35, 0.75)
            points = _drawn(start, end, ends, run_u, rng, place)
            turned = rng.random() < 0.5
            oneway = rng.random() < (0.5 if block.old else 0.08)
            content.lanes.append(Lane(points[::-1] if turned else points, road_class, oneway))


def _drawn(
    start: float,
    end: float,
    cross: Float64,
    run_u: bool,
    rng: np.random.Generator,
    place: Place,
) -> Float64:
    share = np.linspace(0, 1, 6)
    run = start + (end - start) * share
    side = cross[0] + (cross[1] - cross[0]) * share
    side[1:-1] += rng.normal(0, 1.8, size=len(side) - 2)
    return place(run, side) if run_u else place(side, run)


def _drive(block: Block, rng: np.random.Generator, place: Place, content: BlockContent) -> None:
    """A drive into the block that ends in a T or a bend."""
    run_u = rng.random() < 0.5
    run, cross = (block.u, block.v) if run_u else (block.v, block.u)
    length, width = run[1] - run[0], cross[1] - cross[0]
    at = cross[0] + width * rng.uniform(0.3, 0.7)
    from_far = rng.random() < 0.5
    start = run[1] + _OVERSHOOT_M if from_far else run[0] - _OVERSHOOT_M
    depth = length * rng.uniform(0.4, 0.75) * (-1 if from_far else 1)
    stem = _drawn(start, start + depth, np.array((at, at)), run_u, rng, place)
    content.lanes.append(Lane(stem, RoadClass.SERVICE))
    reach = width * rng.uniform(0.16, 0.3)
    side = np.array((at - reach, at, at + reach))[int(rng.integers(2)) :]
    end = np.full(len(side), start + depth)
    arm = place(end, side) if run_u else place(side, end)
    content.lanes.append(Lane(arm, RoadClass.SERVICE))


def _ground(block: Block, place: Place) -> Polygon:
    west, east = block.u[0] + _INSET_M, block.u[1] - _INSET_M
    south, north = block.v[0] + _INSET_M, block.v[1] - _INSET_M
    u = np.array((west, (west + east) / 2, east, east, east, (west + east) / 2, west, west, west))
    v = np.array(
        (south, south, south, (south + north) / 2, north, north, north, (south + north) / 2, south)
    )
    return Polygon(place(u, v))
