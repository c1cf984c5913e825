"""How much of a patrol was driven: measured from the unit's own positions on duty, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.policies.patrol import Patrol
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Bool, Float64

EVERY_M = 25.0
"""The planned way is looked at in points so far apart."""
NEAR_M = 40.0
"""A point of the way was visited when the unit passed within (<=) so many metres."""
VISITED_M = 80.0
"""A key place was visited when the unit was within (<=) so many metres."""
GAP_S = 60.0
"""Between two positions further apart in time (>) nobody knows where the unit drove."""


@dataclass(frozen=True, slots=True)
class Adherence:
    """Shares of the planned way and of the stops at key places that were visited.

    Attributes:
        key_places_share: None for a patrol without key places.
    """

    way_share: float
    key_places_share: float | None
    visited: tuple[str, ...]


def adherence(patrol: Patrol, trace: Sequence[tuple[float, float, float]]) -> Adherence:
    """How much of a patrol was driven, in whatever order.

    Args:
        trace: (fix_s, lon, lat) of the unit in order of time, WGS-84 degrees.
    """
    line = np.array(patrol.line, dtype=np.float64).reshape(len(patrol.line), 2)
    origin = line[0]
    way = _points_along(_flat(line, origin))
    keys = [one for one in patrol.stops if one.key_place]
    key_points = _flat(np.array([(one.lon, one.lat) for one in keys]).reshape(-1, 2), origin)
    segments = _segments(trace, origin)
    passed = _is_near(way, segments, NEAR_M)
    seen = _is_near(key_points, segments, VISITED_M)
    visited = tuple(one.key_place for one, was in zip(keys, seen.tolist(), strict=True) if was)
    return Adherence(
        way_share=float(passed.mean()) if len(passed) else 0.0,
        key_places_share=len(visited) / len(keys) if keys else None,
        visited=visited,
    )


def _flat(points: Float64, origin: Float64) -> Float64:
    """Metres east and north of the origin, float64 [n, 2]."""
    east = (points[:, 0] - origin[0]) * np.cos(np.radians(origin[1]))
    return np.column_stack((east, points[:, 1] - origin[1])) * METRES_PER_DEGREE


def _points_along(line: Float64) -> Float64:
    """Points `EVERY_M` apart along a line, both ends included."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    wanted = np.append(np.arange(0.0, along[-1], EVERY_M), along[-1])
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in range(2)])


def _segments(trace: Sequence[tuple[float, float, float]], origin: Float64) -> Float64:
    """What was driven: pieces between positions at most `GAP_S` apart, float64 [m, 2, 2]."""
    if not trace:
        return np.empty((0, 2, 2))
    table = np.array(trace, dtype=np.float64)
    places = _flat(table[:, 1:], origin)
    known = np.flatnonzero(np.diff(table[:, 0]) <= GAP_S)
    moved = np.stack((places[known], places[known + 1]), axis=1)
    alone = np.stack((places, places), axis=1)
    return np.concatenate((moved, alone))


def _is_near(points: Float64, segments: Float64, within_m: float) -> Bool:
    """Whether each point lies within (<=) a distance of any segment, bool [n]."""
    near = np.zeros(len(points), dtype=np.bool_)
    for begin, end in segments:
        step = end - begin
        length = float(step @ step)
        share = np.zeros(len(points)) if length == 0 else ((points - begin) @ step) / length
        foot = begin + np.clip(share, 0.0, 1.0)[:, None] * step
        near |= np.hypot(*(points - foot).T) <= within_m
    return near
