from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.categories import is_within
from wardmote.core.domain.ids import BeatId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.policies.routing import CallFacts, PlaceKnown, is_same_routing, route
from wardmote.core.policies.shipped_rules import SHIPPED_RULES

codes = st.sampled_from([one.code for one in SHIPPED_CATEGORIES.categories])
calls = st.builds(
    CallFacts,
    codes,
    st.sampled_from(list(Priority)),
    st.sampled_from(list(PlaceKnown)),
    st.sampled_from([None, BeatId("b1")]),
    st.integers(0, 23),
    st.just("n1"),
)


def test_every_category_priority_and_place_has_exactly_one_first_responsible() -> None:
    for category in SHIPPED_CATEGORIES.categories:
        for priority in Priority:
            for place in PlaceKnown:
                for beat in (None, BeatId("b1")):
                    facts = CallFacts(category.code, priority, place, beat, 12, "n1")
                    destinations = route(SHIPPED_RULES, facts).destinations
                    assert sum(one.first_responsible for one in destinations) == 1
                    assert destinations[0].first_responsible


@given(calls)
def test_routing_again_gives_the_same_and_no_destination_twice(facts: CallFacts) -> None:
    once, again = route(SHIPPED_RULES, facts), route(SHIPPED_RULES, facts)
    assert once == again
    assert is_same_routing(once.destinations, again.destinations)
    places = [(one.kind, one.target) for one in once.destinations]
    assert len(set(places)) == len(places)


@given(calls)
def test_anything_urgent_inside_also_gets_a_unit_unless_a_service_has_it(facts: CallFacts) -> None:
    kinds = {one.kind for one in route(SHIPPED_RULES, facts).destinations}
    handed_over = any(is_within(facts.category, top) for top in ("medical", "fire", "invalid"))
    if facts.priority <= Priority.URGENT and facts.place is PlaceKnown.INSIDE and not handed_over:
        assert "nearest_unit" in kinds
    if facts.place is not PlaceKnown.INSIDE:
        assert "nearest_unit" not in kinds
