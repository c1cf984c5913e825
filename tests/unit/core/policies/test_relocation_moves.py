"""Moving idle units: expected cover by exchange, the table, and limits that are never broken."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from wardmote.core.domain.ids import AreaId, AssignmentId, PostId, UnitId
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import KnownUnit, OperationalPicture
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.policies.relocation import CoverSets, gain_of_posts, value_of_one_more
from wardmote.core.policies.relocation_limits import (
    Hindrance,
    PastMove,
    driving_left_s,
    hindrance,
    shift_at,
)
from wardmote.core.policies.relocation_moves import (
    CoverGround,
    Moment,
    MoveUp,
    Relocation,
    exchange_gains,
)
from wardmote.core.policies.relocation_rule import (
    SHIPPED_RELOCATION,
    RelocationMethod,
    RelocationRule,
    dump_relocation_rule,
    load_relocation_rule,
)
from wardmote.core.policies.relocation_tables import build_order, first_hole, manned_at

POSTS = tuple(PostId(f"p{row}") for row in range(4))
NOON = Moment(1_000_000.0, 12 * 3_600.0)
EAGER = RelocationRule("test/1", minimum_gain_share=0.0, gain_share_per_minute=0.0)


def unit(name: str, post: str, *, busy: bool = False, kind: str = "patrol_car") -> KnownUnit:
    return KnownUnit(
        unit=UnitId(name),
        call_sign=name,
        kind=kind,
        capabilities=(kind,),
        seats=2,
        post=PostId(post),
        area=AreaId("430521000000"),
        on_duty=True,
        available=True,
        reason="",
        lon=111.0,
        lat=27.0,
        fix_s=0.0,
        active=AssignmentId("a") if busy else None,
    )


def picture(*units: KnownUnit) -> OperationalPicture:
    return OperationalPicture(units=PersistentMap((one.unit, one) for one in units))


def ground(member: ArrayLike, weight: ArrayLike) -> CoverGround:
    rows = np.array(member, dtype=np.int32)
    sets = CoverSets(rows, np.array(weight, dtype=np.float64))
    return CoverGround(POSTS[: rows.shape[1]], sets, float(sets.weight.sum()))


def near(units: Sequence[UnitId]) -> np.ndarray:
    return np.full((len(units), 4), 60.0)


def expected_cover(sets: CoverSets, q: float, count: np.ndarray) -> float:
    return float((sets.weight * (1 - q ** (sets.member @ count))).sum())


@pytest.mark.parametrize("seed", range(4))
def test_an_exchange_gains_what_expected_cover_rises_by(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets = CoverSets(rng.integers(0, 2, (9, 4)).astype(np.int32), rng.random(9))
    count = rng.integers(1, 4, 4).astype(np.int32)
    gains = exchange_gains(sets, 0.4, count)
    before = expected_cover(sets, 0.4, count)
    for here, there in itertools.product(range(4), range(4)):
        after = count.copy()
        after[here] -= 1
        after[there] += 1
        assert gains[here, there] == pytest.approx(expected_cover(sets, 0.4, after) - before)
        others = count.copy()
        others[here] -= 1
        gain = np.empty(4)
        gain_of_posts(sets.member, sets.weight, value_of_one_more(0.4, 20), others, gain)
        assert gains[here, there] == pytest.approx(gain[there] - gain[here])


def test_the_best_move_is_the_best_of_all_pairs_of_unit_and_post() -> None:
    rng = np.random.default_rng(3)
    made = 0
    for _ in range(20):
        place = ground(rng.integers(0, 2, (6, 4)), rng.random(6))
        units = [unit(f"u{row}", f"p{rng.integers(0, 4)}") for row in range(4)]
        known = picture(*units)
        found = Relocation.of(EAGER, place, 4).advise(known, NOON, {}, {}, near)
        count = np.bincount([POSTS.index(one.post) for one in units], minlength=4)
        before = expected_cover(place.sets, EAGER.busy_share, count)
        best = 0.0
        for one, post in itertools.product(units, range(4)):
            after = count.copy()
            after[POSTS.index(one.post)] -= 1
            after[post] += 1
            best = max(best, expected_cover(place.sets, EAGER.busy_share, after) - before)
        share = best / place.total
        assert (found.gain_share if found else 0.0) == pytest.approx(share, abs=1e-12)
        made += found is not None
    assert made > 5


def test_a_unit_that_becomes_free_goes_where_it_covers_more_and_only_it_is_asked() -> None:
    place = ground([[1, 0], [0, 1]], [1.0, 3.0])
    known = picture(unit("u1", "p0"), unit("u2", "p0"))
    found = Relocation.of(EAGER, place, 2).advise(known, NOON, {}, {}, near2, asked=UnitId("u2"))
    assert isinstance(found, MoveUp)
    assert (found.unit, found.home, found.post) == ("u2", "p0", "p1")
    assert found.gain_share == pytest.approx((3 * 0.7 - 0.3 * 0.7) / 4)
    assert found.reason.code == "free_unit_covers_more"


def near2(units: Sequence[UnitId]) -> np.ndarray:
    return np.full((len(units), 2), 60.0)


def test_units_on_the_way_count_where_they_are_going() -> None:
    place = ground([[1, 0], [0, 1]], [1.0, 3.0])
    known = picture(unit("u1", "p0"), unit("u2", "p0"))
    heading = {UnitId("u1"): POSTS[1]}
    rule = Relocation.of(EAGER, place, 2)
    assert rule.advise(known, NOON, heading, {}, near2, asked=UnitId("u2")) is None


def test_a_gain_of_exactly_the_least_is_enough_and_below_it_is_not() -> None:
    place = ground([[1, 0], [0, 1]], [1.0, 1.0])
    known = picture(unit("u1", "p0"), unit("u2", "p0"))
    gain = (0.7 - 0.3 * 0.7) / 2
    for least, moved in ((gain, True), (np.nextafter(gain, 1), False)):
        rule = RelocationRule("t", minimum_gain_share=float(least), gain_share_per_minute=0.0)
        found = Relocation.of(rule, place, 2).advise(known, NOON, {}, {}, near2)
        assert (found is not None) is moved


def test_a_long_drive_must_bring_more() -> None:
    place = ground([[1, 0], [0, 1]], [1.0, 1.0])
    known = picture(unit("u1", "p0"), unit("u2", "p0"))
    dear = RelocationRule("t", minimum_gain_share=0.0, gain_share_per_minute=0.3)
    assert Relocation.of(dear, place, 2).advise(known, NOON, {}, {}, minute_away) is None
    cheap = RelocationRule("t", minimum_gain_share=0.0, gain_share_per_minute=0.2)
    assert Relocation.of(cheap, place, 2).advise(known, NOON, {}, {}, minute_away) is not None
    # A unit that drives a minute to its own post in any case is not held back by as long a drive.
    assert Relocation.of(dear, place, 2).advise(known, NOON, {}, {}, near2) is not None


def minute_away(units: Sequence[UnitId]) -> np.ndarray:
    """At their own post p0, a minute from p1."""
    return np.tile([0.0, 60.0], (len(units), 1))


def test_nothing_is_advised_when_the_method_is_off() -> None:
    place = ground([[1, 0], [0, 1]], [1.0, 3.0])
    off = RelocationRule("off", method=RelocationMethod.OFF, minimum_gain_share=0.0)
    assert (
        Relocation.of(off, place, 2).advise(picture(unit("u1", "p0")), NOON, {}, {}, near2) is None
    )


# --- tables ----------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_levels_are_nested_and_one_leaving_moves_at_most_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets = CoverSets(rng.integers(0, 2, (7, 4)).astype(np.int32), rng.random(7))
    order = build_order(sets, POSTS, 0.3, 6)
    for free in range(6):
        fewer, more = manned_at(order, POSTS, free), manned_at(order, POSTS, free + 1)
        assert (more - fewer).min() >= 0
        assert (more - fewer).sum() == 1
    manned = manned_at(order, POSTS, 6)
    for row in np.flatnonzero(manned):
        left = manned.copy()
        left[row] -= 1
        assert np.maximum(manned_at(order, POSTS, 5) - left, 0).sum() <= 1


@pytest.mark.parametrize("seed", range(6))
def test_a_table_is_never_far_from_the_best_of_all_placements(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets = CoverSets(rng.integers(0, 2, (8, 4)).astype(np.int32), rng.random(8))
    order = build_order(sets, POSTS, 0.3, 3)
    mine = expected_cover(sets, 0.3, manned_at(order, POSTS, 3))
    best = max(
        expected_cover(sets, 0.3, np.bincount(posts, minlength=4))
        for posts in itertools.combinations_with_replacement(range(4), 3)
    )
    assert (1 - 1 / np.e) * best <= mine <= best + 1e-12


def test_the_nearest_unit_that_can_be_spared_fills_the_first_hole_of_the_table() -> None:
    place = ground([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [3.0, 2.0, 1.0])
    rule = RelocationRule(
        "t",
        method=RelocationMethod.COMPLIANCE_TABLE,
        minimum_gain_share=0.0,
        gain_share_per_minute=0.0,
        order=(POSTS[0], POSTS[1], POSTS[2]),
    )
    known = picture(unit("u1", "p2"), unit("u2", "p2"), unit("u3", "p1"))
    policy = Relocation.of(rule, place, 3)
    assert first_hole(rule.order, POSTS[:3], np.array([0, 1, 2], dtype=np.int32), 3) == 0

    def drives(units: Sequence[UnitId]) -> np.ndarray:
        return np.array([[{"u1": 90.0, "u2": 60.0, "u3": 10.0}[one]] * 3 for one in units])

    found = policy.advise(known, NOON, {}, {}, drives)
    assert found is not None
    assert (found.unit, found.post) == ("u2", "p0")


# --- limits ----------------------------------------------------------------------------------

RULE = RelocationRule("limits/1", moves_per_hour=1, moves_per_shift=2, rest_s=900.0)
SHIFT = shift_at(RULE, NOON.now_s, NOON.second_of_day)


def moved(ago_s: float, *, made: bool = True, drive_s: float = 60.0) -> PastMove:
    return PastMove(NOON.now_s - ago_s, drive_s, made)


def test_a_shift_runs_from_change_to_change_also_over_midnight() -> None:
    assert (SHIFT.began_s, SHIFT.ends_s) == (NOON.now_s - 4 * 3_600, NOON.now_s + 8 * 3_600)
    night = shift_at(RULE, 0.0, 2 * 3_600.0)
    assert (night.began_s, night.ends_s) == (-6 * 3_600.0, 6 * 3_600.0)
    at_change = shift_at(RULE, 0.0, 20 * 3_600.0)
    assert (at_change.began_s, at_change.ends_s) == (0.0, 12 * 3_600.0)


@pytest.mark.parametrize(
    ("past", "now_s", "expected"),
    [
        ([], NOON.now_s, None),
        ([moved(899.9, made=False)], NOON.now_s, Hindrance.RESTING),
        ([moved(900.0, made=False)], NOON.now_s, None),
        ([moved(3_599.9)], NOON.now_s, Hindrance.MOVES_THIS_HOUR),
        ([moved(3_600.0)], NOON.now_s, None),
        ([moved(3_600.0), moved(4 * 3_600.0)], NOON.now_s, Hindrance.MOVES_THIS_SHIFT),
        ([moved(3_600.0), moved(4 * 3_600.0 + 1)], NOON.now_s, None),
        ([], SHIFT.ends_s - 1_799.9, Hindrance.SHIFT_ENDS),
        ([], SHIFT.ends_s - 1_800.0, None),
    ],
)
def test_limits_hold_to_the_second(
    past: list[PastMove], now_s: float, expected: Hindrance | None
) -> None:
    assert hindrance(RULE, unit("u1", "p0"), past, now_s, SHIFT) is expected


def test_busy_units_and_other_kinds_are_left_alone() -> None:
    cars = RelocationRule("t", kinds=frozenset({"patrol_car"}))
    assert hindrance(RULE, unit("u", "p0", busy=True), [], NOON.now_s, SHIFT) is Hindrance.NOT_FREE
    bike = unit("u", "p0", kind="motorcycle")
    assert hindrance(cars, bike, [], NOON.now_s, SHIFT) is Hindrance.OTHER_KIND


def test_driving_is_budgeted_by_shift_and_by_move() -> None:
    rule = RelocationRule("t", driving_per_shift_s=1_000.0, farthest_drive_s=700.0)
    assert driving_left_s(rule, [], SHIFT) == 700.0
    assert driving_left_s(rule, [moved(10, drive_s=400.0)], SHIFT) == 600.0
    assert driving_left_s(rule, [moved(10, drive_s=400.0, made=False)], SHIFT) == 700.0
    assert driving_left_s(rule, [moved(10, drive_s=2_000.0)], SHIFT) == 0.0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_whatever_happens_no_limit_is_broken(seed: int) -> None:
    """A day at random: the rule's own advice is always taken, and its limits hold throughout."""
    rng = np.random.default_rng(seed)
    rule = RelocationRule(
        "t", minimum_gain_share=0.0, gain_share_per_minute=0.0, moves_per_shift=3,
        driving_per_shift_s=900.0, farthest_drive_s=400.0, rest_s=1_200.0,
    )  # fmt: skip
    place = ground(rng.integers(0, 2, (8, 4)), rng.random(8))
    policy = Relocation.of(rule, place, 6)
    heading: dict[UnitId, PostId] = {}
    past: dict[UnitId, list[PastMove]] = {}
    second = 5 * 3_600.0
    while second < 23 * 3_600:
        units = [unit(f"u{row}", f"p{row % 4}", busy=bool(rng.random() < 0.4)) for row in range(6)]

        def drives(asked: Sequence[UnitId]) -> np.ndarray:
            return rng.uniform(10, 500, (len(asked), 4))

        moment = Moment(second, second)
        found = policy.advise(picture(*units), moment, heading, past, drives)
        if found is not None:
            shift = shift_at(rule, second, second)
            mine = past.setdefault(found.unit, [])
            assert all(second - one.advised_s >= 3_600 for one in mine)
            in_shift = [one for one in mine if one.advised_s >= shift.began_s]
            assert len(in_shift) < 3
            assert found.drive_s <= 400
            assert sum(one.drive_s for one in in_shift) + found.drive_s <= 900 + 1e-9
            assert shift.ends_s - second >= rule.quiet_before_change_s
            assert found.post != found.home
            mine.append(PastMove(second, found.drive_s, made=True))
            heading[found.unit] = found.post
        second += float(rng.uniform(60, 900))


# --- the rule as data --------------------------------------------------------------------------


def test_a_rule_reads_back_as_it_was_written() -> None:
    data = dump_relocation_rule(SHIPPED_RELOCATION)
    assert data["format"] == "wardmote-relocation/1"
    assert load_relocation_rule(data) == SHIPPED_RELOCATION
    assert load_relocation_rule({"version": "v"}).moves_per_hour == 1


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"format": "wardmote-relocation/2"}, "format"),
        ({"busy_share": 1.0}, "busy_share"),
        ({"moves_per_hour": -1}, "moves_per_hour"),
        ({"rest_s": 90_000.0}, "rest_s"),
        ({"shift_changes_h": [20.0, 8.0]}, "shift_changes_h"),
        ({"shift_changes_h": [24.0]}, "shift_changes_h"),
        ({"version": ""}, "version"),
        ({"method": "guess"}, "method"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_by_field(
    values: Mapping[str, object], path: str
) -> None:
    with pytest.raises(InvalidDataError) as refused:
        load_relocation_rule({"version": "v", **values})
    assert refused.value.path == path
