"""How calls have changed: counts by village or community, before a day and since.

Counted are calls of the public alone, as everywhere (`core.planning.demand.origins`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.origins import CallOrigin, DemandCall, admit
from wardmote.core.studies.demand_points import nearest_villages

YEAR_S = 365.25 * 86_400.0
FEWEST_DAYS = 14.0
"""A shorter time on either side tells nothing about a year."""
_SURE = 1.96
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """Calls of a village or community, a year, before and since.

    Attributes:
        area: its code; empty where villages are not known.
        sure: whether chance alone would show such a difference in fewer than 5 of 100 cases
            (two Poisson counts, normal approximation).
    """

    area: AreaId
    then: float
    now: float
    sure: bool


def changed_demand(
    calls: Sequence[CallRecord],
    origin_of: Callable[[CallRecord], CallOrigin],
    book: PlaceBook,
    split_s: float,
    end_s: float,
) -> tuple[ChangedPlace, ...]:
    """Places whose calls have changed, the largest change first.

    Args:
        origin_of: who began a call; there is no default.
        split_s: calls received before are "then", others "now".
        end_s: of what is known; the beginning is the first call.

    Raises:
        Problem: fewer than `FEWEST_DAYS` lie on one side.
    """
    known = [call for call in calls if call.lon is not None and call.lat is not None]
    admitted = admit(
        DemandCall(call.received_s, origin_of(call), call.lon or 0.0, call.lat or 0.0)
        for call in known
    )
    first_s = float(admitted.at_s.min()) if len(admitted) else split_s
    before_s, since_s = split_s - first_s, end_s - split_s
    _require_days(before_s, since_s)
    area = nearest_villages(book)(admitted.lon, admitted.lat)
    codes, row = np.unique(np.array(area, dtype=str), return_inverse=True)
    late = admitted.at_s >= split_s
    then = np.bincount(row[~late], minlength=len(codes))
    now = np.bincount(row[late], minlength=len(codes))
    then_year, now_year = then * (YEAR_S / before_s), now * (YEAR_S / since_s)
    error = np.sqrt(then * (YEAR_S / before_s) ** 2 + now * (YEAR_S / since_s) ** 2)
    sure = np.abs(now_year - then_year) > _SURE * error
    order = np.argsort(-np.abs(now_year - then_year), kind="stable")
    return tuple(
        ChangedPlace(
            AreaId(str(codes[at])), float(then_year[at]), float(now_year[at]), bool(sure[at])
        )
        for at in order.tolist()
    )


def require_days_since(split_s: float, end_s: float) -> None:
    """What can be told of a day before any call is read, so that it is refused while asking.

    Raises:
        Problem: fewer than `FEWEST_DAYS` lie between the day and the end.
    """
    _require_days(math.inf, end_s - split_s)


def _require_days(before_s: float, since_s: float) -> None:
    if min(before_s, since_s) < FEWEST_DAYS * _DAY_S:
        raise Problem(
            zh=f"所选日期前后都要有至少 {FEWEST_DAYS:.0f} 天的报警记录，才能比较；请另选日期。",
            en=f"There must be at least {FEWEST_DAYS:.0f} days of calls both before and since the "
            "day that was chosen; choose another.",
        )
