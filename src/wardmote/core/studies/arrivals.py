"""How long first arrivals really take, by priority, as a place's own records have them.

The vehicle model is fitted on runs that began at a known home and knows no priorities, and drawing
turnout and drive of every unit by itself makes the first of several units arrive too early: what
delays one, a door that is hard to find or a call without hurry, delays the others too. So where
records say enough, one time is drawn for each call: what calls of its priority really took from
the order to the first arrival beside the drive from the nearest post. It is added to the drive and
does not stretch it: in San Francisco's records of a week a second of free flow cost 0.7 s (standard
error 0.1) to urgent calls and 1.0 s (0.4) to others, although the others took more than twice as
long. The line fitted to drives there has 0.73 s.

The delay before the order is told by priority too. Both hold what a wait for a free unit added in
the past; where all units are often out, a trial counts that wait twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import Post
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.simulation.validation.library import LONGEST_DELAY_S
from wardmote.core.travel.graph import INF_MS, Float64, Int64
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import LEVELS, LONGEST_S

LEAST_ARRIVALS = 40
"""A priority with fewer known first arrivals takes those of all; with fewer in all none are told.
"""
USUAL_POSTS = 3
"""Drives to a call are looked at from so many nearest posts: the first is not always free."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """By priority, from 1.

    Attributes:
        delay_s: float64 [4, 65] from the call's coming in to the order, quantiles at `LEVELS`.
        factor: float64 [4, 65] from the order to the first arrival, recorded over expected from the
            nearest post; drawn once for a call, for all its units.
        records: first arrivals that this stands on.
    """

    delay_s: Float64
    beside_s: Float64
    records: int


@dataclass(frozen=True, slots=True)
class ExpectedDrive:
    """What of a drive grows with the way: factor x effect of the hour x free flow.

    Attributes:
        hour: float64 [24] by local hour.
    """

    factor: float
    hour: Float64


def quantile_curve(values: Sequence[float] | Float64) -> Float64:
    """Float64 [65] quantiles at `LEVELS`, to be drawn from by straight lines between them.

    The last is not the greatest value but such that the mean of the topmost part is kept: a
    straight line to a single forgotten button would be drawn far too often.
    """
    known = np.asarray(values, dtype=np.float64)
    curve = np.quantile(known, LEVELS)
    top = known[known >= curve[-2]]
    curve[-1] = max(curve[-2], 2 * float(top.mean()) - curve[-2])
    return np.asarray(curve, dtype=np.float64)


def drawn_by_priority(curves: Float64, priority: Int64, level: Float64) -> Float64:
    """Values of curves [4, 65] at levels 0 .. 1, each by its priority from 1."""
    found = np.empty(len(level))
    for row, curve in enumerate(curves):
        mine = priority == row + 1
        found[mine] = np.interp(level[mine], LEVELS, curve)
    return found


def fit_arrivals(
    calls: Sequence[CallRecord],
    drive: ExpectedDrive,
    posts: Sequence[Post],
    travel: TravelTimes,
    local_hour: Callable[[float], int],
) -> Arrivals | None:
    """Delays of calls, and their first arrivals beside the drive from the nearest post.

    Left out are calls without a place on the roads, ordered later than `LONGEST_DELAY_S` after they
    came in (>), or first reached later than `LONGEST_S` after the order (>). None with fewer than
    `LEAST_ARRIVALS`, or without posts.
    """
    told = [row for call in calls if (row := _told(call)) is not None]
    if len(told) < LEAST_ARRIVALS or not posts:
        return None
    free_s = _from_posts_s([call for call, _, _ in told], posts, travel).min(axis=0)
    hour = drive.hour[[local_hour(call.received_s) for call, _, _ in told]]
    known = np.isfinite(free_s)
    if known.sum() < LEAST_ARRIVALS:
        return None
    priority = np.array([(call.priority or Priority.ROUTINE) for call, _, _ in told])[known]
    delay_s = np.array([delay for _, delay, _ in told])[known]
    arrival_s = np.array([arrival for _, _, arrival in told])[known]
    # Whoever was nearer than the nearest post was there at once.
    beside_s = np.maximum(0.0, arrival_s - (drive.factor * hour * free_s)[known])
    return Arrivals(_curves(delay_s, priority), _curves(beside_s, priority), int(known.sum()))


def _curves(values: Float64, priority: Int64) -> Float64:
    """[4, 65] of each priority, or of all where it has too few."""
    chosen = [values[priority == one] for one in Priority]
    return np.array(
        [quantile_curve(mine if len(mine) >= LEAST_ARRIVALS else values) for mine in chosen]
    )


def _told(call: CallRecord) -> tuple[CallRecord, float, float] | None:
    """A call, seconds from its coming in to the order, and from that to the first arrival."""
    arrived = [at for unit in call.units if (at := unit.stamps.at(RecordTime.ARRIVED)) is not None]
    if not arrived or call.lon is None or call.lat is None:
        return None
    ordered_s = demands((call,))[0].waves[0].at_s
    delay_s, arrival_s = ordered_s - call.received_s, min(arrived) - ordered_s
    if not (0 <= delay_s <= LONGEST_DELAY_S and 0 <= arrival_s <= LONGEST_S):
        return None
    return call, delay_s, arrival_s


def usual_drives_s(
    calls: Sequence[CallRecord], posts: Sequence[Post], travel: TravelTimes
) -> Float64 | None:
    """Float64 [k] free-flow seconds from the `USUAL_POSTS` nearest posts to each call.

    None with fewer than `LEAST_ARRIVALS` calls on the roads that have them, or where all are one.
    """
    placed = [call for call in calls if call.lon is not None and call.lat is not None]
    if len(placed) < LEAST_ARRIVALS or not posts:
        return None
    nearest = np.sort(_from_posts_s(placed, posts, travel), axis=0)[:USUAL_POSTS]
    usual = nearest[np.isfinite(nearest) & (nearest > 0)]
    return usual if len(usual) >= LEAST_ARRIVALS and np.ptp(usual) > 0 else None


def _from_posts_s(
    calls: Sequence[CallRecord], posts: Sequence[Post], travel: TravelTimes
) -> Float64:
    """[posts, n] free-flow seconds to calls with a place; infinite where there is no way."""
    places = travel.snap([call.lon or 0.0 for call in calls], [call.lat or 0.0 for call in calls])
    homes = travel.snap([post.lon for post in posts], [post.lat for post in posts])
    found = np.full((len(posts), len(calls)), np.inf)
    for row in np.flatnonzero(homes.edge >= 0).tolist():
        there = travel.drive_times(homes.rows([row]), places).astype(np.float64)
        found[row] = np.where(there == INF_MS, np.inf, there / 1_000.0)
    found[:, places.edge < 0] = np.inf
    return found
