"""A tiny question of the same kind, solved first, so that compiling is not taken off a time limit.

Kernels are compiled when they are first called, which takes most of a minute on a new machine and
nothing afterwards.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.expected_cover import backup_cover, expected_cover
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.median import p_median
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.set_cover import cover_all
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.planning.staffing.approximation import approximate
from wardmote.core.planning.staffing.districts import build_districts
from wardmote.core.studies.questions import PostObjective

_POINTS, _CANDIDATES, _POSTS = 60, 20, 4
_WITHIN_MS = 250_000


def rehearse(objective: PostObjective, *, measured: bool = False) -> None:
    """Solve a tiny question with an objective; nothing comes of it but compiled kernels.

    `measured`: with the model by which busy shares are measured.
    """
    rng = np.random.default_rng(0)
    place, site = rng.random((_POINTS, 2)), rng.random((_CANDIDATES, 2))
    apart = np.hypot(*np.moveaxis(place[:, None, :] - site[None, :, :], 2, 0))
    problem = SitingProblem.within(
        (apart * 1_000_000).astype(np.int32),
        rng.random(_POINTS),
        Sites.of(_CANDIDATES, _POSTS),
        _WITHIN_MS,
    )
    sites, sets = problem.sites, cover_sets(problem)
    if objective is PostObjective.MEAN_TIME:
        p_median(problem)
    elif objective is PostObjective.FARTHEST:
        p_center(problem)
    elif objective is PostObjective.COVER_ALL:
        cover_all(sets, sites.with_max_posts(_CANDIDATES))
    elif objective is PostObjective.EXPECTED_COVER:
        expected_cover(sets, sites, 2 * _POSTS, 0.3)
        if measured:
            travel_s = problem.travel_ms.T[:_POSTS] / 1_000.0
            units = np.full(_POSTS, 2)
            approximate(build_districts(problem.demand * 1e-5, travel_s, units, on_scene_s=900.0))
    elif objective is PostObjective.BACKUP_COVER:
        backup_cover(sets, sites, 0.5)
    else:
        maximal_cover(sets, sites)
