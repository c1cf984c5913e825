"""What calls of a category ask for: how long units stay, and how many go, as records have it.

A category's group is its first word (`offence` of `offence.criminal.robbery`). Which groups come in
is told by priority and hour of the day; a group with too few records of a priority takes what is
told of all calls of that priority.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.studies.arrivals import quantile_curve
from wardmote.core.travel.graph import Bool, Float64, Int64

LEAST_ON_SCENE = 40
"""A group with fewer known durations on scene at a priority takes those of the whole priority."""
LEAST_AROUND = 40
"""An hour with fewer calls of a priority around it takes the groups of its whole day."""
HOURS_AROUND = 2
"""Calls of so many hours before and after tell the groups of an hour."""
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """By priority (from 1) and group of categories, G of them.

    Attributes:
        groups: first words of categories, "" where a record has none.
        share: float64 [4, 24, G] share of a priority's calls by local hour.
        scene_s: float64 [4, G, 65] on scene, quantiles at `LEVELS`.
        units: float64 [4, G, 6] share of the calls that ask for 1 .. 6 units at once.
        own: bool [4, G] where these are the group's own.
    """

    groups: tuple[str, ...]
    share: Float64
    scene_s: Float64
    units: Float64
    own: Bool


def group_of(category: str | None) -> str:
    """The group of a category's code."""
    return (category or "").split(".", 1)[0]


def fit_service(
    calls: Sequence[CallRecord],
    scene_s: Float64,
    units: Float64,
    local_hour: Callable[[float], int],
) -> Service | None:
    """Groups of the calls to which units went; None where no group has enough of its own.

    Args:
        scene_s: float64 [4, 65], units: float64 [4, 6], of all calls of each priority.
    """
    most = units.shape[1]
    seen = [call for call in calls if call.units]
    groups = tuple(sorted({group_of(call.category) for call in seen}))
    number = {name: row for row, name in enumerate(groups)}
    count = np.zeros((len(Priority), _HOURS_A_DAY, len(groups)))
    asked = np.zeros((len(Priority), len(groups), most))
    stays: dict[tuple[int, int], list[float]] = {}
    for call, wanted in zip(seen, demands(seen), strict=True):
        row, group = (call.priority or Priority.ROUTINE) - 1, number[group_of(call.category)]
        jobs = wanted.waves[0].jobs
        count[row, local_hour(call.received_s), group] += 1
        asked[row, group, min(len(jobs), most) - 1] += 1
        stays.setdefault((row, group), []).extend(
            job.on_scene_s for job in jobs if job.on_scene_s is not None and not job.assumed
        )
    curves = np.repeat(scene_s[:, None, :], len(groups), axis=1)
    shares = np.repeat(units[:, None, :], len(groups), axis=1)
    own = np.zeros(asked.shape[:2], dtype=np.bool_)
    for (row, group), known in stays.items():
        if len(known) >= LEAST_ON_SCENE:
            own[row, group] = True
            curves[row, group] = quantile_curve(known)
            shares[row, group] = asked[row, group] / asked[row, group].sum()
    if not own.any():
        return None
    return Service(groups, _shares(count), curves, shares, own)


def _shares(count: Float64) -> Float64:
    """[4, 24, G] of the calls around each hour, of the day or of all where they are too few."""
    around = np.asarray(
        sum(np.roll(count, turn, axis=1) for turn in range(-HOURS_AROUND, HOURS_AROUND + 1))
    )
    day = np.broadcast_to(count.sum(axis=1, keepdims=True), count.shape)
    every = np.broadcast_to(count.sum(axis=(0, 1)), count.shape)
    day = np.where(day.sum(axis=2, keepdims=True) > 0, day, every)
    found = np.where(around.sum(axis=2, keepdims=True) >= LEAST_AROUND, around, day)
    return np.asarray(found / found.sum(axis=2, keepdims=True), dtype=np.float64)


def drawn_groups(service: Service, priority: Int64, hour: Int64, level: Float64) -> Int64:
    """int64 [n] group of each call by its priority (from 1), hour of the day and level 0 .. 1."""
    sums = np.cumsum(service.share, axis=2)[priority - 1, hour]
    found = (level[:, None] * sums[:, -1:] >= sums[:, :-1]).sum(axis=1)
    return np.asarray(found, dtype=np.int64)
