from __future__ import annotations

import dataclasses

import pytest

from wardmote.core.domain.ids import BeatId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.routing import (
    CallFacts,
    Condition,
    DestinationKind,
    PlaceKnown,
    RoutingRule,
    RoutingRules,
    dump_rules,
    is_same_routing,
    load_rules,
    route,
)
from wardmote.core.policies.shipped_rules import SHIPPED_RULES

INSIDE, OUTSIDE, UNKNOWN = PlaceKnown.INSIDE, PlaceKnown.OUTSIDE, PlaceKnown.UNKNOWN
BEAT = BeatId("b12")


def facts(
    category: str,
    priority: int = 3,
    place: PlaceKnown = INSIDE,
    beat: BeatId | None = BEAT,
    hour: int = 10,
) -> CallFacts:
    return CallFacts(category, Priority(priority), place, beat, hour, neighbour="next-county")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (facts("dispute.neighbour"), ["community_office"]),
        (facts("dispute.neighbour", 2), ["community_office", "nearest_unit"]),
        (facts("dispute.neighbour", beat=None), ["command_room"]),
        (facts("dispute.neighbour", place=UNKNOWN, beat=None), ["command_room"]),
        (facts("dispute.neighbour", 1, OUTSIDE, None), ["neighbour"]),
        (facts("help.locked_out", 4), ["community_office"]),
        (facts("help.drowning", 1), ["community_office", "nearest_unit", "fire"]),
        (facts("offence.criminal.theft"), ["case_team"]),
        (facts("offence.criminal.robbery", 1), ["case_team", "nearest_unit"]),
        (facts("offence.criminal.robbery", 1, UNKNOWN, None), ["case_team"]),
        (
            facts("offence.public_order.domestic_violence", 1),
            ["case_team", "nearest_unit", "community_office"],
        ),
        (facts("offence.public_order.noise", 4), ["community_office"]),
        (facts("offence.public_order.noise", 4, hour=22), ["community_office", "nearest_unit"]),
        (facts("offence.public_order.noise", 4, hour=5), ["community_office", "nearest_unit"]),
        (facts("offence.public_order.noise", 4, hour=6), ["community_office"]),
        (facts("offence.public_order.noise", 4, beat=None), ["case_team"]),
        (facts("traffic.damage"), ["traffic"]),
        (facts("traffic.injury", 1), ["traffic", "nearest_unit", "medical"]),
        (facts("fire.structure", 1), ["fire", "nearest_unit"]),
        (facts("fire.alarm", 2), ["fire"]),
        (facts("medical.illness", 1), ["medical"]),
        (facts("fraud_warning.telecom", 2), ["fraud_desk", "nearest_unit"]),
        (facts("hazard.gas", 1), ["hazard_desk", "nearest_unit", "fire"]),
        (facts("invalid.hoax", 4), ["record_only"]),
        (facts("invalid.hoax", 1, OUTSIDE, None), ["record_only"]),
    ],
)
def test_where_calls_go(call: CallFacts, expected: list[str]) -> None:
    assert [one.kind for one in route(SHIPPED_RULES, call).destinations] == expected


def test_the_community_office_is_the_one_of_the_beat_and_the_neighbour_the_one_next_door() -> None:
    assert route(SHIPPED_RULES, facts("dispute.family")).first_responsible.target == "b12"
    away = route(SHIPPED_RULES, facts("dispute.family", place=OUTSIDE, beat=None))
    assert away.first_responsible.target == "next-county"


def test_every_rule_says_why_it_was_or_was_not_used() -> None:
    routing = route(SHIPPED_RULES, facts("dispute.family", 3))
    outcomes = {one.rule_id: one for one in routing.outcomes}
    assert len(outcomes) == len(SHIPPED_RULES.rules)
    assert outcomes["dispute"].used
    assert outcomes["dispute"].reasons == ()
    assert [one.code for one in outcomes["fire"].reasons] == ["other_category"]
    assert [one.code for one in outcomes["outside"].reasons] == ["other_place"]
    assert outcomes["otherwise"].matched
    assert not outcomes["otherwise"].used
    assert outcomes["otherwise"].reasons[0].as_json() == {
        "code": "earlier_rule",
        "values": {"rule": "dispute"},
    }
    assert [one.code for one in outcomes["urgent"].reasons] == ["other_priority"]
    assert [one.code for one in outcomes["noise-at-night"].reasons] == [
        "other_category",
        "other_hour",
    ]


def test_a_destination_is_given_once() -> None:
    twice = dataclasses.replace(
        SHIPPED_RULES,
        rules=(
            *SHIPPED_RULES.rules,
            dataclasses.replace(
                SHIPPED_RULES.rules[-5], rule_id="again", when=Condition(place=frozenset({INSIDE})),
                to=DestinationKind.NEAREST_UNIT,
            ),
        ),
    )  # fmt: skip
    routing = route(twice, facts("offence.criminal.robbery", 1))
    assert [one.kind for one in routing.destinations] == ["case_team", "nearest_unit"]
    assert routing.outcomes[-1].reasons[0].code == "already_a_destination"


def test_a_rerun_without_a_change_is_recognised_even_when_rules_were_renamed() -> None:
    before = route(SHIPPED_RULES, facts("dispute.family")).destinations
    renamed = tuple(dataclasses.replace(one, rule="other-name") for one in before)
    after = route(SHIPPED_RULES, facts("dispute.family", 2)).destinations
    assert is_same_routing(before, renamed)
    assert not is_same_routing(before, after)


def test_rules_survive_a_round_trip() -> None:
    assert load_rules(dump_rules(SHIPPED_RULES)) == SHIPPED_RULES


def rule(rule_id: str, **changes: object) -> RoutingRule:
    values: dict[str, object] = {
        "rule_id": rule_id,
        "name": Bilingual("规则", "Rule"),
        "when": Condition(),
        "to": DestinationKind.COMMAND_ROOM,
        "first_responsible": True,
    }
    return RoutingRule(**{**values, **changes})  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(
    ("rules", "path", "code"),
    [
        ((rule("a"), rule("a")), "rules[1].rule_id", "repeated"),
        (
            (rule("a", when=Condition(hours=frozenset({24}))), rule("b")),
            "rules[0].when.hours",
            "out_of_range",
        ),
        (
            (rule("a", to=DestinationKind.COMMUNITY_OFFICE), rule("b")),
            "rules[0].when.beat_present",
            "office_needs_a_beat",
        ),
        (
            (rule("a", to=DestinationKind.NEAREST_UNIT), rule("b")),
            "rules[0].when.place",
            "unit_needs_a_place",
        ),
        (
            (rule("a", when=Condition(categories=("fire",))),),
            "rules",
            "no_rule_for_everything_else",
        ),
        ((rule("a", first_responsible=False),), "rules", "no_rule_for_everything_else"),
    ],
)
def test_rules_that_could_leave_a_call_without_an_owner_are_refused(
    rules: tuple[RoutingRule, ...], path: str, code: str
) -> None:
    with pytest.raises(InvalidDataError) as raised:
        RoutingRules("v", rules)
    assert (raised.value.path, raised.value.code) == (path, code)
