"""A call is answered by the policy that aims at the standard of its area."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from wardmote.core.domain.ids import AreaId
from wardmote.core.policies.recommend_by_area import RecommendByArea

EAST, WEST = AreaId("430521101000"), AreaId("430521102000")


class _Said:
    """A policy that says which one it is."""

    def __init__(self, version: str) -> None:
        self.version = version

    def recommend(self, *_asked: object, alarm_level: int = 1) -> Any:
        return self.version, alarm_level


class _Call:
    def __init__(self, area: AreaId) -> None:
        self.area = area


def test_the_policy_of_the_area_answers_and_that_of_the_place_elsewhere() -> None:
    place, east = cast("Any", _Said("place")), cast("Any", _Said("east"))
    policy = RecommendByArea(place, {EAST: east, WEST: place}.__getitem__)
    assert policy.version == "place"
    rng, nothing = np.random.default_rng(1), cast("Any", None)
    for area, expected in ((EAST, "east"), (WEST, "place")):
        call = cast("Any", _Call(area))
        made = policy.recommend(nothing, call, 0.0, nothing, rng, alarm_level=2)
        assert cast("Any", made) == (expected, 2)
