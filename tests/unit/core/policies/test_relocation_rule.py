"""The shipped rule for idle units, by the size of the place."""

from __future__ import annotations

import pytest

from wardmote.core.policies.relocation_rule import SHIPPED_RELOCATION, shipped_for


def test_up_to_six_posts_the_shipped_rule_stands_unchanged() -> None:
    assert shipped_for(0) is SHIPPED_RELOCATION
    assert shipped_for(6) is SHIPPED_RELOCATION


@pytest.mark.parametrize("posts", [7, 33, 1_000])
def test_a_post_of_average_worth_is_worth_the_same_part_of_a_move_in_any_place(posts: int) -> None:
    rule = shipped_for(posts)
    worth, shipped_worth = 1 / posts, 1 / 6
    assert rule.minimum_gain_share / worth == pytest.approx(
        SHIPPED_RELOCATION.minimum_gain_share / shipped_worth
    )
    assert rule.gain_share_per_minute / worth == pytest.approx(
        SHIPPED_RELOCATION.gain_share_per_minute / shipped_worth
    )
    assert rule.moves_per_hour == SHIPPED_RELOCATION.moves_per_hour
    assert rule.version != SHIPPED_RELOCATION.version
