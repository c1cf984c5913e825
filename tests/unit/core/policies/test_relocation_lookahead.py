"""Looking ahead: against a plain reference, and what it sees that expected cover does not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import AreaId, AssignmentId, PostId, UnitId
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import KnownUnit, OperationalPicture
from wardmote.core.policies.relocation_lookahead import (
    Ahead,
    exchange_ahead,
    lay_out,
    look_ahead,
    moment_weights,
)
from wardmote.core.policies.relocation_outlook import (
    OutlookGround,
    Plane,
    ahead_on,
    coarse_enough,
    gains_ahead,
    outlook_places,
)
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule

WEST, MIDDLE, EAST = (0.5, 0.5), (4.5, 0.5), (8.5, 0.5)
"""Three posts in a row; what lies within half a kilometre is reached in time."""


def row_of_places(*calls: float) -> Ahead:
    """Nine places in a row, a kilometre apart, with these calls around each."""
    x_km, y_km = np.arange(9) + 0.5, np.full(9, 0.5)
    layout, _ = lay_out(np.append(x_km, 0.0), np.append(y_km, 0.0), 1.0)
    weight = np.array(calls) / sum(calls)
    return look_ahead(layout, np.eye(9, dtype=np.float32), weight, scene_s=600.0)


def way(here: Sequence[float], there: Sequence[float], drive_s: float) -> list[float]:
    return [*here, *there, drive_s, 0.0, 0.0]


def busy(here: Sequence[float], busy_s: float, about_s: float) -> list[float]:
    return [*here, *here, 0.0, busy_s, about_s]


def gains(
    ahead: Ahead, others: list[list[float]], movers: list[list[float]],
    ways: list[list[list[float]]],
) -> np.ndarray:  # fmt: skip
    found = np.zeros((len(ways), len(ways[0])))
    scratch = np.zeros((2, len(ahead.at_s), len(ahead.weight)))
    exchange_ahead(
        ahead, np.array(others).reshape(-1, 7), np.array(movers), np.array(ways), scratch, found
    )
    return found


def reference(
    ahead: Ahead, others: list[list[float]], mover: list[float], onward: list[float]
) -> float:
    """Moment by moment and group by group, as the text says it."""
    total = 0.0
    for at_s, share in zip(ahead.at_s, ahead.at_weight, strict=True):
        for group, weight in enumerate(ahead.weight):
            missed = 1.0
            for other in others:
                there = ahead.free_share
                if other[6] > 0:
                    left = at_s - other[5]
                    there *= 0.0 if left <= 0 else 1 - math.exp(-left / other[6])
                missed *= (1 - there) ** float(ahead.reached[_place(ahead, other, at_s), group])
            gained = float(ahead.reached[_place(ahead, onward, at_s), group])
            gained -= float(ahead.reached[_place(ahead, mover, at_s), group])
            total += share * ahead.free_share * weight * missed * gained
    return total


def _place(ahead: Ahead, one: list[float], at_s: float) -> int:
    part = 0.0 if one[6] > 0 else (at_s / one[4] if at_s < one[4] else 1.0)
    x = one[0] + part * (one[2] - one[0]) - ahead.layout.west_km
    y = one[1] + part * (one[3] - one[1]) - ahead.layout.south_km
    rows, columns = ahead.layout.grid.shape
    column = min(max(int(x / ahead.layout.cell_km), 0), columns - 1)
    return int(ahead.layout.grid[min(max(int(y / ahead.layout.cell_km), 0), rows - 1), column])


def test_the_kernel_says_what_the_reference_says() -> None:
    rng = np.random.default_rng(4)
    layout, chosen = lay_out(rng.uniform(0, 6, 300), rng.uniform(0, 4, 300), 0.8)
    reached = rng.random((len(chosen), 12)).astype(np.float32) ** 3
    weight = rng.dirichlet(np.ones(12))
    ahead = look_ahead(layout, reached, weight, scene_s=900.0, free_share=0.6)
    spots = rng.uniform((-0.5, -0.5), (6.5, 4.5), (40, 2)).tolist()
    others = [way(spots[row], spots[row + 1], 100.0 * row) for row in range(6)]
    others += [busy(spots[row], 90.0 * row, 400.0) for row in range(6, 10)]
    movers = [way(spots[20], spots[21], 250.0), way(spots[22], spots[22], 0.0)]
    ways = [[way(mover[:2], spots[30 + post], 150.0 * post) for post in range(4)]
            for mover in movers]  # fmt: skip
    found = gains(ahead, others, movers, ways)
    for row, mover in enumerate(movers):
        rest = [*others, movers[1 - row]]
        for post in range(4):
            said = reference(ahead, rest, mover, ways[row][post])
            assert found[row, post] == pytest.approx(said, abs=1e-12)


def test_a_far_post_is_worth_less_unless_there_are_calls_on_the_way() -> None:
    stays = way(MIDDLE, MIDDLE, 0.0)
    ways = [[way(MIDDLE, EAST, drive_s) for drive_s in (200.0, 900.0, 1e9)]]
    ((near, far, never),) = gains(row_of_places(1, 0, 0, 0, 0, 0, 0, 0, 1), [], [stays], ways)
    assert near > far > never == pytest.approx(0.0, abs=1e-9)
    ((near, far, _),) = gains(row_of_places(1, 1, 1, 1, 0, 1, 1, 1, 1), [], [stays], ways)
    assert near == pytest.approx(far)


def test_a_post_beside_a_unit_that_is_soon_free_gains_less() -> None:
    ahead = row_of_places(1, 1, 1, 1, 1, 1, 1, 1, 1)
    stays = way(MIDDLE, MIDDLE, 0.0)
    options = [[way(MIDDLE, WEST, 240.0), way(MIDDLE, EAST, 240.0)]]
    for soon, late in ((60.0, 5_000.0), (0.0, 600.0)):
        others = [busy(WEST, soon, 120.0), busy(EAST, late, 120.0)]
        ((west, east),) = gains(ahead, others, [stays], options)
        assert east > west


def test_later_moments_count_for_less_and_all_of_them_for_one() -> None:
    weights = moment_weights(np.array([0.0, 100.0, 300.0]), 200.0)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] == pytest.approx(1 - math.exp(-0.5))
    assert weights[2] == pytest.approx(math.exp(-1.5))


def test_squares_without_a_node_belong_to_the_nearest_place() -> None:
    layout, chosen = lay_out(np.array([0.1, 0.5, 5.2]), np.array([0.1, 0.5, 0.4]), 1.0)
    assert chosen.tolist() == [1, 2]
    assert layout.grid.tolist() == [[0, 0, 0, 1, 1, 1]] or layout.grid.shape == (1, 6)
    assert layout.grid[0, 0] == 0
    assert layout.grid[0, 5] == 1


def test_tables_that_do_not_fit_and_shares_beyond_one_are_refused() -> None:
    layout, _ = lay_out(np.array([0.1, 5.2]), np.array([0.1, 0.4]), 1.0)
    with pytest.raises(ValueError, match="do not fit"):
        look_ahead(layout, np.zeros((3, 2), dtype=np.float32), np.ones(2), scene_s=1.0)
    fitting = np.zeros((2, 2), dtype=np.float32)
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="within 0 and 1"):
            look_ahead(layout, fitting, np.ones(2), scene_s=1.0, free_share=share)


# --- in the room ------------------------------------------------------------------------------


def outlook() -> OutlookGround:
    """Posts in the west and the east, 8 km apart, with as many calls around each."""
    plane = Plane(111.0, 27.0)
    x_km, y_km = np.arange(0.0, 8.4, 0.4), np.zeros(21)
    cell_km, chosen = outlook_places(x_km, y_km)
    demand = np.array([0.0, 8.0]), np.zeros(2)
    in_time = np.abs(x_km[chosen][:, None] - demand[0]) <= 1.0
    rule = RelocationRule("test/1", method=RelocationMethod.LOOK_AHEAD)
    ahead = ahead_on(x_km, y_km, cell_km, in_time, demand, np.ones(2), rule)
    lon = 111.0 + demand[0] / (111.32 * math.cos(math.radians(27.0)))
    between_s = np.array([[0.0, 600.0], [600.0, 0.0]])
    return OutlookGround(plane, ahead, lon, np.full(2, 27.0), between_s)


def unit(name: str, post: str) -> KnownUnit:
    return KnownUnit(
        UnitId(name), name, "car", ("car",), 2, PostId(post), AreaId("430521000000"), True, True,
        "", None, None, None, AssignmentId("a"),
    )  # fmt: skip


def test_in_the_room_two_units_at_one_post_and_none_at_the_other() -> None:
    picture, stands = OperationalPicture(), {UnitId("u1"): 0, UnitId("u2"): 0}
    both = gains_ahead(outlook(), picture, stands, {}, {}, [], None)
    assert both[0, 1] > 0.05
    assert both[0, 0] == both[1, 0] == both[1, 1] == 0.0
    one = gains_ahead(outlook(), picture, {UnitId("u1"): 0}, {}, {}, [], UnitId("u1"))
    assert one[0, 1] < 0 < both[0, 1]


def test_in_the_room_a_unit_that_is_nearly_there_need_not_be_replaced() -> None:
    ground, picture = outlook(), OperationalPicture()
    stands = {UnitId("u1"): 0, UnitId("u2"): 0, UnitId("u3"): 1}
    there = gains_ahead(ground, picture, stands, {}, {}, [], UnitId("u1"))[0, 1]
    far = {UnitId("u3"): (float(ground.post_lon[0]), 27.0)}
    on_way = {UnitId("u3"): np.array([0.0, 1_500.0])}
    assert gains_ahead(ground, picture, stands, far, on_way, [], UnitId("u1"))[0, 1] > there


def test_in_the_room_a_busy_unit_counts_where_its_call_is() -> None:
    ground = outlook()
    seen_call = type("Call", (), {"lon": float(ground.post_lon[1]), "lat": 27.0})
    work = type("Work", (), {"state": AssignmentState.ON_SCENE, "incident": "i"})
    picture = OperationalPicture(
        assignments=PersistentMap([(AssignmentId("a"), work)]),  # type: ignore[list-item]  # what is read of it
        incidents=PersistentMap([("i", seen_call)]),  # type: ignore[list-item]  # what is read of it
    )
    stands = {UnitId("u1"): 0, UnitId("u2"): 0}
    without = gains_ahead(ground, picture, stands, {}, {}, [], None)[0, 1]
    working = gains_ahead(ground, picture, stands, {}, {}, [unit("u3", "p1")], None)[0, 1]
    assert 0 < working < without


def test_squares_grow_until_there_are_few_enough() -> None:
    x_km, y_km = np.meshgrid(np.arange(40.0), np.arange(40.0))
    side_km = coarse_enough(x_km.ravel(), y_km.ravel(), 0.4, 500)
    assert side_km == pytest.approx(3.2 / 2) or side_km == pytest.approx(3.2)
