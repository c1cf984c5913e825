"""Duty by hour of the week: of a plan alone, and with what is in force beside it."""

from __future__ import annotations

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.duty_hours import as_staffed, duty_by_hour
from wardmote.core.studies.plan import Plan, PlannedPost, PlannedShift

EVERY = tuple(range(7))
OWN, NEAR, FAR = (
    PlannedPost(PostId(code), Bilingual(code, code), 111.0, 27.0, 3) for code in ("a", "b", "c")
)
PLAN = Plan("p", Bilingual("p", "p"), (OWN, NEAR, FAR))
DAY_AT_B = PlannedShift(PostId("b"), 8, 12, EVERY, 2)


def hours(plan: Plan) -> list[int]:
    return [int(one) for one in duty_by_hour(plan).sum(axis=1)]


def test_posts_elsewhere_keep_their_shifts_beside_a_plan_without_any() -> None:
    found = as_staffed(PLAN, [NEAR.id, FAR.id], [DAY_AT_B])
    assert hours(found) == [168 * 3, 7 * 12 * 2, 168 * 3]
    assert as_staffed(PLAN, [NEAR.id, FAR.id], []) is PLAN


def test_what_a_plan_says_of_duty_elsewhere_counts_for_nothing() -> None:
    night = PlannedShift(PostId("a"), 20, 8, EVERY, 1)
    idle = PlannedShift(PostId("b"), 0, 1, (0,), 1)
    plan = Plan("p", Bilingual("p", "p"), (OWN, NEAR, FAR), shifts=(night, idle))
    assert hours(as_staffed(plan, [NEAR.id, FAR.id], [DAY_AT_B])) == [7 * 8, 7 * 12 * 2, 168 * 3]
    assert hours(as_staffed(plan, [NEAR.id], [])) == [7 * 8, 168 * 3, 0]
