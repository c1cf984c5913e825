"""Crews at posts as a queue, call by call: what the approximations are measured against."""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.staffing.districts import Districts
from wardmote.core.travel.compiled import kernel


@kernel
def _run(
    cumulative: np.ndarray,
    preference: np.ndarray,
    idle: np.ndarray,
    service_s: np.ndarray,
    calls: int,
    warm: int,
    seed: int,
) -> np.ndarray:
    """Calls served [P, J] of `calls` after `warm` others; calls that find all busy are lost."""
    np.random.seed(seed)
    posts, places = service_s.shape
    served = np.zeros((posts, places))
    busy = idle.sum() + 1
    key, item = np.empty(busy), np.empty(busy, dtype=np.int64)
    size, now = 0, 0.0
    total = cumulative[-1]
    for count in range(warm + calls):
        now += np.random.exponential(1.0 / total)
        while size > 0 and key[0] <= now:  # crews that are free again
            idle[item[0]] += 1
            size -= 1
            hole, value, number = 0, key[size], item[size]
            while True:
                child = 2 * hole + 1
                if child >= size:
                    break
                if child + 1 < size and key[child + 1] < key[child]:
                    child += 1
                if key[child] >= value:
                    break
                key[hole], item[hole] = key[child], item[child]
                hole = child
            key[hole], item[hole] = value, number
        place = np.searchsorted(cumulative, np.random.random() * total)
        for rank in range(posts):
            post = preference[place, rank]
            if idle[post] > 0:
                idle[post] -= 1
                hole, value = size, now + np.random.exponential(service_s[post, place])
                size += 1
                while hole > 0 and key[(hole - 1) // 2] > value:
                    key[hole], item[hole] = key[(hole - 1) // 2], item[(hole - 1) // 2]
                    hole = (hole - 1) // 2
                key[hole], item[hole] = value, post
                if count >= warm:
                    served[post, place] += 1
                break
    return served / calls


def simulated_shares(districts: Districts, calls: int, *, seed: int) -> np.ndarray:
    """float64 [P, J]: part of all calls of each place that each post serves."""
    return _run(
        np.cumsum(districts.rate_per_s),
        districts.preference,
        districts.units.astype(np.int64),
        districts.service_s,
        calls,
        calls // 10,
        seed,
    )
