"""Nested compliance tables: which posts are manned while k units are free.

A table is an order of posts; level k mans its first k. Levels are nested by construction, so that
when one unit becomes busy at most one other has to move: the tightest limit on changes between
levels in the maximal expected coverage relocation problem (Gendreau, Laporte, Semet,
doi:10.1057/palgrave.jors.2601982). Built greedily: each further unit goes where it adds most to
expected cover, which for a monotone submodular gain is at least 1 - 1/e of the best (Nemhauser,
Wolsey, Fisher, doi:10.1007/BF01588971).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation import CoverSets, gain_of_posts, value_of_one_more
from wardmote.core.travel.graph import Int32


def build_order(
    sets: CoverSets, posts: Sequence[PostId], busy_share: float, units: int
) -> tuple[PostId, ...]:
    """The table for up to `units` free units: posts, a post as often as it holds units."""
    stationed = np.zeros(len(posts), dtype=np.int32)
    one_more = value_of_one_more(busy_share, units)
    gain = np.zeros(len(posts), dtype=np.float64)
    order: list[PostId] = []
    for _ in range(units if posts else 0):
        best = gain_of_posts(sets.member, sets.weight, one_more, stationed, gain)
        stationed[best] += 1
        order.append(posts[best])
    return tuple(order)


def manned_at(order: Sequence[PostId], posts: Sequence[PostId], free: int) -> Int32:
    """Units wanted at each post while `free` are, int32 [P]; posts not among `posts` are left out.

    Units beyond the table stay where they are.
    """
    row = {post: number for number, post in enumerate(posts)}
    wanted = np.zeros(len(posts), dtype=np.int32)
    for post in [one for one in order if one in row][:free]:
        wanted[row[post]] += 1
    return wanted


def first_hole(
    order: Sequence[PostId], posts: Sequence[PostId], stationed: Int32, free: int
) -> int | None:
    """Row of the first post of the table that lacks a unit at level `free`; None when none does."""
    row = {post: number for number, post in enumerate(posts)}
    wanted = np.zeros(len(posts), dtype=np.int32)
    for post in [one for one in order if one in row][:free]:
        wanted[row[post]] += 1
        if wanted[row[post]] > stationed[row[post]]:
            return row[post]
    return None
