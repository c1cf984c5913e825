"""Recommending by the response standard of the area that a call lies in.

A duty level in force for a part of the place may ask for another standard there. Which units go is
then decided by a policy that aims at that standard; everywhere else by the policy of the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.picture import KnownIncident, OperationalPicture
from wardmote.core.policies.recommend import RecommendationPolicy
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.policies.travel_view import TravelView


@dataclass(frozen=True, slots=True)
class RecommendByArea:
    """A policy that asks the one of the call's area.

    Attributes:
        everywhere: answers where nothing else is said; its version names this policy too, since a
            recommendation carries the version of the policy that made it.
        policy_of: the policy of an area; it may be `everywhere`.
    """

    everywhere: RecommendationPolicy
    policy_of: Callable[[AreaId], RecommendationPolicy]

    @property
    def version(self) -> str:
        """The version of the policy of the whole place."""
        return self.everywhere.version

    def recommend(
        self,
        picture: OperationalPicture,
        incident: KnownIncident,
        now_s: float,
        travel: TravelView,
        rng: np.random.Generator,
        *,
        alarm_level: int = 1,
    ) -> Recommendation:
        """The ranking for a call at a moment, by the policy of its area."""
        policy = self.policy_of(incident.area)
        return policy.recommend(picture, incident, now_s, travel, rng, alarm_level=alarm_level)
