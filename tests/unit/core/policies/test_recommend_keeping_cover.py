"""A later unit goes only where the standard is met, little later, and cover is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.ids import IncidentId, PostId, UnitId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.positions import PositionBoard, positions_of
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.recommend_keeping_cover import (
    NO_COVER_KEEPING,
    SHIPPED_COVER_KEEPING,
    CoverKeepingRule,
    KeepingCover,
    dump_cover_keeping_rule,
    load_cover_keeping_rule,
)
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.policies.relocation import CoverSets
from wardmote.core.policies.relocation_moves import CoverGround
from wardmote.core.policies.travel_view import RoadTime, Uncovers

NEAREST = NearestByRoad(STANDARD_135, POLICE_RUN_CARDS)
# Post a alone covers three of four calls; b and c cover the fourth together.
GROUND = CoverGround(
    (PostId("a"), PostId("b")),
    CoverSets(np.array([[1, 0], [0, 1]], dtype=np.int32), np.array([3.0, 1.0])),
    4.0,
)
RULE = CoverKeepingRule("t/1", busy_share=0.5, most_later_s=60.0, least_kept_share=0.1)


@dataclass
class Roads:
    positions: PositionBoard
    drive_s: Mapping[str, float]
    error_s: float = 0.0

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        return {one: RoadTime(self.drive_s[one], 0.0, self.error_s) for one in units}

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        return None


def asked(
    drive_s: Mapping[str, float],
    rule: CoverKeepingRule = RULE,
    *,
    priority: int = 3,
    error_s: float = 0.0,
    ground: CoverGround | None = GROUND,
) -> Recommendation:
    """u1 stands at a, u2 and u3 at b; a dispute asks for one of them."""
    journal = Journal()
    for unit in ("u1", "u2", "u3"):
        journal.on_duty(unit)
    journal.call("c1", "dispute.neighbour", priority=priority)
    journal.moved("c1", IncidentAction.ROUTE)
    picture = journal.picture
    posts = {"u1": "a", "u2": "b", "u3": "b"}
    picture = replace(
        picture,
        units=PersistentMap(
            (key, replace(one, post=PostId(posts[key]))) for key, one in picture.units.items()
        ),
    )
    assert isinstance(picture, OperationalPicture)
    call = picture.incidents[IncidentId("c1")]
    roads = Roads(positions_of(picture), drive_s, error_s)
    policy = KeepingCover(NEAREST, rule, lambda: ground)
    return policy.recommend(picture, call, journal.now_s, roads, np.random.default_rng(0))


def test_the_unit_whose_leaving_costs_less_goes_and_the_reasons_say_what_it_keeps() -> None:
    made = asked({"u1": 100.0, "u2": 112.0, "u3": 130.0})
    assert made.units == ("u2",)
    lines = {line.unit: line for line in made.lines}
    # u1 alone covers 3 of 4 calls half the time; one of two at b adds a quarter of a call.
    kept = (3 * 0.5 - 1 * 0.25) / 4
    traded = lines[UnitId("u2")].reasons[1]
    assert (traded.code, traded.value("later_s")) == ("later_but_keeps_cover", 12.0)
    assert traded.value("kept_share") == pytest.approx(kept, abs=1e-4)
    assert lines[UnitId("u1")].reasons[0].code == "kept_for_cover"
    assert lines[UnitId("u1")].fills is None
    assert made.policy_version.endswith("+t/1")


@pytest.mark.parametrize(
    ("drive_s", "chosen"),
    [
        ({"u1": 100.0, "u2": 160.0, "u3": 400.0}, "u2"),  # exactly as late as allowed
        ({"u1": 100.0, "u2": 160.1, "u3": 400.0}, "u1"),
        ({"u1": 160.0, "u2": 180.0, "u3": 400.0}, "u2"),  # exactly within the target
        ({"u1": 160.0, "u2": 180.1, "u3": 400.0}, "u1"),
        ({"u1": 181.0, "u2": 190.0, "u3": 400.0}, "u1"),  # the nearest is late itself
    ],
)
def test_bounds_hold_exactly(drive_s: Mapping[str, float], chosen: str) -> None:
    assert asked(drive_s).units == (chosen,)


def test_the_later_unit_must_be_as_sure_as_the_standard_asks() -> None:
    assert asked({"u1": 100.0, "u2": 140.0, "u3": 400.0}, error_s=20.0).units == ("u2",)
    assert asked({"u1": 120.0, "u2": 170.0, "u3": 400.0}, error_s=20.0).units == ("u1",)


def test_too_little_kept_is_not_worth_it() -> None:
    dear = replace(RULE, least_kept_share=0.4)
    assert asked({"u1": 100.0, "u2": 110.0, "u3": 400.0}, dear).units == ("u1",)


def test_the_most_urgent_calls_and_a_disabled_rule_get_the_nearest() -> None:
    near = {"u1": 100.0, "u2": 112.0, "u3": 130.0}
    nearest = asked(near, NO_COVER_KEEPING).units
    assert nearest == ("u1",)
    everyone = asked(near, priority=1)
    assert all(
        reason.code != "later_but_keeps_cover" for one in everyone.lines for reason in one.reasons
    )
    assert asked(near, ground=None).units == nearest


def test_a_rule_reads_back_and_one_that_does_not_fit_is_refused() -> None:
    assert load_cover_keeping_rule(dump_cover_keeping_rule(SHIPPED_COVER_KEEPING)) == (
        SHIPPED_COVER_KEEPING
    )
    assert Priority.EMERGENCY not in SHIPPED_COVER_KEEPING.priorities
    with pytest.raises(InvalidDataError) as refused:
        load_cover_keeping_rule({"version": "v", "most_later_s": 601.0})
    assert refused.value.path == "most_later_s"
