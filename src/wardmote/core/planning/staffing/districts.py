"""The question the hypercube models answer: who serves whom when the nearest unit is busy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.domain.problem import Problem
from wardmote.core.travel.graph import Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """P posts with units, J places with calls. Build it with `build_districts`.

    - `rate_per_s` float64 [J]: calls of each place, >= 0, Poisson.
    - `travel_s` float64 [P, J]: post to place, finite.
    - `service_s` float64 [P, J]: mean time a call of the place busies a unit of the post, > 0.
    - `units` int32 [P]: units at each post, >= 1.
    - `preference` int32 [J, P]: posts in the order in which they are asked; default: by travel.
    - `waits`: a call that finds all busy waits its turn; otherwise somebody else takes it.
    """

    rate_per_s: Float64
    travel_s: Float64
    service_s: Float64
    units: Int32
    preference: Int32
    waits: bool

    @property
    def offered(self) -> float:
        """Load in erlangs if each call were served by its first choice."""
        rows = np.arange(len(self.rate_per_s))
        return float((self.rate_per_s * self.service_s[self.preference[:, 0], rows]).sum())


@dataclass(frozen=True, slots=True, eq=False)
class DistrictAnswer:
    """What happens in the long run.

    - `share` float64 [P, J]: part of *all* calls that come from place j and are served by post p.
    - `utilisation` float64 [P]: mean share of a post's units that are busy.
    - `delayed`: probability that a call finds all units busy (it waits or is lost).
    - `mean_travel_s`: over calls served.
    - `mean_wait_s`: over all calls, 0 where calls do not wait.
    - `converged`: whether the iteration settled before its limit.
    """

    share: Float64
    utilisation: Float64
    delayed: float
    mean_travel_s: float
    mean_wait_s: float
    converged: bool


def build_districts(
    rate_per_s: ArrayLike,
    travel_s: ArrayLike,
    units: ArrayLike,
    *,
    on_scene_s: float | ArrayLike,
    preference: ArrayLike | None = None,
    waits: bool = False,
    returns: bool = False,
) -> Districts:
    """`on_scene_s`: mean time at the scene, one number or float64 [J].

    A unit is busy for the way out and the scene, and for the way back too where it `returns`.
    Raises `Problem` for missing or negative values, sizes that do not fit, or an order of posts
    that is not one.
    """
    rate = np.ascontiguousarray(rate_per_s, dtype=np.float64)
    travel = np.ascontiguousarray(travel_s, dtype=np.float64)
    count = np.ascontiguousarray(units, dtype=np.int32)
    if travel.shape != (len(count), len(rate)) or not travel.size:
        raise Problem(
            zh="行车时间表的行数应等于驻点数，列数应等于地点数，且不能为空。",
            en="The table of travel times needs a row for each post and a column for each place.",
        )
    if not (np.isfinite(travel).all() and (travel >= 0).all() and (rate >= 0).all()):
        raise Problem(
            zh="行车时间和接警率必须已知且不为负。",
            en="Travel times and call rates must be known and not negative.",
        )
    if not rate.sum() > 0 or count.min() < 1:
        raise Problem(
            zh="至少要有一个地点有警情，每个驻点至少要有一个单位。",
            en="Some place must have calls, and each post at least one unit.",
        )
    service = travel * (2.0 if returns else 1.0) + np.asarray(on_scene_s, dtype=np.float64)
    if not (service > 0).all():
        raise Problem(
            zh="处置时间必须大于零。", en="The time a call busies a unit must be above zero."
        )
    order = np.argsort(travel, axis=0, kind="stable").T if preference is None else preference
    asked = np.ascontiguousarray(order, dtype=np.int32)
    every = np.arange(len(count), dtype=np.int32)
    if asked.shape != (len(rate), len(count)) or (np.sort(asked, axis=1) != every).any():
        raise Problem(
            zh="每个地点的派警顺序要包含每个驻点恰好一次。",
            en="Each place's order of posts must name every post exactly once.",
        )
    return Districts(rate, travel, np.ascontiguousarray(service), count, asked, waits)


def answer_of(
    districts: Districts, share: Float64, delayed: float, mean_wait_s: float, converged: bool
) -> DistrictAnswer:
    """Derive utilisation and travel from shares."""
    total = float(districts.rate_per_s.sum())
    busy = (share * districts.service_s).sum(axis=1) * total
    return DistrictAnswer(
        share,
        busy / districts.units,
        delayed,
        float((share * districts.travel_s).sum() / share.sum()),
        mean_wait_s,
        converged,
    )
