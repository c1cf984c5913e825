"""Crews of an exercise: where they wait, where they may be advised to stand by."""

from __future__ import annotations

from tests.unit.core.simulation.training.drill_town import BOOK, ZONE, ground, roads, scenario

from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.simulation.training.drawing import begin_of, draw_script
from wardmote.core.simulation.training.timing import TRAINING_MANNERS
from wardmote.gateways.simulated_people.training_crews import Setting, crew_member


def test_a_crew_knows_every_post_that_it_may_be_advised_to_stand_by_at() -> None:
    chosen = scenario()
    script = draw_script(chosen, ground(), SHIPPED_CATEGORIES, begin_of(chosen.starts, ZONE, 0.0))
    setting = Setting("http://localhost:1", "x", BOOK, roads(), script, "en", 1.0)
    member = crew_member(BOOK.units[0], setting)
    posts = {str(one.post_id): (one.lon, one.lat) for one in BOOK.posts}
    assert dict(member.posts) == posts
    assert (member.lon, member.lat) == posts[str(BOOK.units[0].post)]


def test_no_crew_of_an_exercise_refuses_by_chance() -> None:
    assert (TRAINING_MANNERS.refusal_share, TRAINING_MANNERS.stays_share) == (0.0, 0.0)
