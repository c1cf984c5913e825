"""Expected cover: what one more free unit is worth at each post.

Maximum expected cover with busy units (MEXCLP, Daskin, doi:10.1287/trsc.17.1.48), used dynamically
as DMEXCLP (Jagtenberg, Bhulai, van der Mei, doi:10.1016/j.orhc.2015.01.001): the k-th unit that can
reach a demand in time is worth (1 - q) q^(k-1) of it, q being the share of time units are busy.

The kernels are the twin's; the live policy (`relocation_moves`) works the same numbers out for all
pairs of posts at once, and a test drives both through the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import bare_kernel
from wardmote.core.travel.graph import Bool, Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class CoverSets:
    """Demand grouped by which posts reach it in time.

    - `member` int32 [S, P]: 1 where a post covers a set.
    - `weight` float64 [S]: demand of each set, such as calls per hour.
    """

    member: Int32
    weight: Float64


def cover_sets(in_time: Sequence[Bool], weights: Sequence[Float64]) -> CoverSets:
    """Demand points merged by the posts that cover them; those that none covers are left out.

    Args:
        in_time: for each class of demand bool [points, P]: whether a post reaches a point in time.
        weights: for each class float64 [points].
    """
    merged: dict[bytes, float] = {}
    for reached, weight in zip(in_time, weights, strict=True):
        rows, where = np.unique(reached, axis=0, return_inverse=True)
        sums = np.bincount(where.ravel(), weights=weight, minlength=len(rows))
        for row, total in zip(rows, sums.tolist(), strict=True):
            if row.any() and total > 0:
                key = row.tobytes()
                merged[key] = merged.get(key, 0.0) + total
    kept = [np.frombuffer(key, dtype=np.bool_) for key in merged]
    member = np.array(kept, dtype=np.int32).reshape(len(kept), in_time[0].shape[1])
    return CoverSets(member, np.array(list(merged.values()), dtype=np.float64))


def value_of_one_more(busy_share: float, units: int) -> Float64:
    """(1 - q) q^k for k = 0 .. units: what one more unit is worth where k cover already."""
    if not 0.0 <= busy_share < 1.0:
        msg = f"the busy share {busy_share} is not in 0 .. 1"
        raise ValueError(msg)
    return np.asarray((1 - busy_share) * busy_share ** np.arange(units + 1.0))


@bare_kernel
def gain_of_posts(
    member: Int32, weight: Float64, one_more: Float64, stationed: Int32, gain: Float64
) -> int:
    """Cover that one more unit adds at each post; the post that adds most, the first on a tie.

    Args:
        member: int32 [S, P], 1 where a post covers a set: whole rows are added, without branches.
        stationed: int32 [P], free units at or on the way to each post, the asked one left out.
        gain: float64 [P], filled.
    """
    gain[:] = 0.0
    for row in range(len(weight)):
        covering = 0
        for place in range(len(gain)):
            covering += member[row, place] * stationed[place]
        if covering >= len(one_more):
            covering = len(one_more) - 1
        added = weight[row] * one_more[covering]
        for place in range(len(gain)):
            gain[place] += added * member[row, place]
    return _largest(gain)


@bare_kernel
def _largest(gain: Float64) -> int:
    best = 0
    for place in range(1, len(gain)):
        if gain[place] > gain[best]:
            best = place
    return best


@bare_kernel
def less_the_drive(gain: Float64, drive_s: Float64, cost_per_s: float) -> int:
    """Take from each post's gain what driving there costs; the post that is best then.

    While it drives a unit covers less than it will; a post that is worth a little more but far away
    is not worth the way.

    Args:
        gain: float64 [P], changed.
        drive_s: float64 [P], seconds to each post.
    """
    for place in range(len(gain)):
        gain[place] -= cost_per_s * drive_s[place]
    return _largest(gain)
