"""Who is responsible first (首接责任制): versioned, ordered rules that explain themselves.

The first matching rule with `first_responsible` names the one office that answers for the call;
every matching rule without it adds a destination that is informed or sent as well. Rules are
data; a rule set is refused unless its last first-responsibility rule matches everything, so
that every call has exactly one first responsible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.categories import is_within
from wardmote.core.domain.ids import BeatId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.incident_events import RoutedTo
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.reasons import Reason, because
from wardmote.core.domain.text import Bilingual

MAX_RULES = 500


class DestinationKind(StrEnum):
    """Who can be made responsible."""

    COMMUNITY_OFFICE = "community_office"
    CASE_TEAM = "case_team"
    NEAREST_UNIT = "nearest_unit"
    FIRE = "fire"
    MEDICAL = "medical"
    TRAFFIC = "traffic"
    NEIGHBOUR = "neighbour"
    FRAUD_DESK = "fraud_desk"
    HAZARD_DESK = "hazard_desk"
    COMMAND_ROOM = "command_room"
    RECORD_ONLY = "record_only"


class PlaceKnown(StrEnum):
    """What is known of the place of a call."""

    UNKNOWN = "unknown"
    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule matches: all of the named things hold. None or an empty set means any.

    Attributes:
        categories: subtrees, one of which the category lies in.
        hours: local hours 0-23 during which the rule holds.
        beat_present: whether the place lies in a beat.
    """

    categories: tuple[str, ...] = ()
    priorities: frozenset[Priority] = frozenset()
    place: frozenset[PlaceKnown] = frozenset()
    beat_present: bool | None = None
    hours: frozenset[int] = frozenset()

    @property
    def matches_all(self) -> bool:
        """Whether nothing is asked for."""
        return self == Condition()


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One rule.

    Attributes:
        rule_id: unique in the set; kept with every destination.
        target: id of the office or team; empty for community offices (the beat's), neighbours
            (the one whose area it is) and kinds that need none.
    """

    rule_id: str
    name: Bilingual
    when: Condition
    to: DestinationKind
    first_responsible: bool
    target: str = ""


@dataclass(frozen=True, slots=True)
class RoutingRules:
    """A version of the rules, in the order in which they are tried.

    Raises:
        InvalidDataError: an id is repeated, an hour is not 0-23, or no unconditional
            first-responsibility rule stands at the end.
    """

    version: str
    rules: tuple[RoutingRule, ...]

    def __post_init__(self) -> None:
        if not self.version:
            raise InvalidDataError("version", "missing")
        if not 0 < len(self.rules) <= MAX_RULES:
            raise InvalidDataError("rules", "too_many", limit=MAX_RULES)
        seen: set[str] = set()
        for row, rule in enumerate(self.rules):
            path = f"rules[{row}]"
            if not rule.rule_id or rule.rule_id in seen:
                raise InvalidDataError(f"{path}.rule_id", "repeated", found=rule.rule_id)
            seen.add(rule.rule_id)
            _check_rule(rule, path)
        if not any(rule.first_responsible and rule.when.matches_all for rule in self.rules):
            raise InvalidDataError("rules", "no_rule_for_everything_else")


def _check_rule(rule: RoutingRule, path: str) -> None:
    if not all(0 <= hour <= 23 for hour in rule.when.hours):
        raise InvalidDataError(f"{path}.when.hours", "out_of_range", found=sorted(rule.when.hours))
    needs_beat = rule.to is DestinationKind.COMMUNITY_OFFICE and not rule.target
    if needs_beat and rule.when.beat_present is not True:
        raise InvalidDataError(f"{path}.when.beat_present", "office_needs_a_beat")
    if rule.to is DestinationKind.NEAREST_UNIT and rule.when.place != frozenset(
        {PlaceKnown.INSIDE}
    ):
        raise InvalidDataError(f"{path}.when.place", "unit_needs_a_place")


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the rules may look at.

    Attributes:
        hour: local hour of day, 0-23, at which the call was received.
        neighbour: id of the control room whose area the place lies in, when outside ours.
    """

    category: str
    priority: Priority
    place: PlaceKnown
    beat: BeatId | None
    hour: int
    neighbour: str = ""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one rule.

    Attributes:
        used: the rule gave a destination.
        reasons: for a rule that did not match, each condition that failed; for one that matched
            but came too late, ``earlier_rule``; for one that repeated a destination,
            ``already_a_destination``.
    """

    rule_id: str
    matched: bool
    used: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """The answer: destinations, the first responsible first, and what every rule said."""

    rules_version: str
    destinations: tuple[RoutedTo, ...]
    outcomes: tuple[RuleOutcome, ...]

    @property
    def first_responsible(self) -> RoutedTo:
        """The one destination that answers for the call."""
        return self.destinations[0]


def route(rules: RoutingRules, facts: CallFacts) -> Routing:
    """Decide who is responsible. Pure: the same facts give the same answer."""
    matched = {rule.rule_id: unmet(rule.when, facts) for rule in rules.rules}
    leading = next(
        rule for rule in rules.rules if rule.first_responsible and not matched[rule.rule_id]
    )
    destinations = [_destination(leading, facts)]
    outcomes: list[RuleOutcome] = []
    for rule in rules.rules:
        failed = matched[rule.rule_id]
        used, reasons = rule is leading, failed
        if not failed and not used:
            destination = _destination(rule, facts)
            if rule.first_responsible:
                reasons = (because("earlier_rule", rule=leading.rule_id),)
            elif _is_among(destination, destinations):
                reasons = (because("already_a_destination"),)
            else:
                destinations.append(destination)
                used = True
        outcomes.append(RuleOutcome(rule.rule_id, not failed, used, reasons))
    return Routing(rules.version, tuple(destinations), tuple(outcomes))


def unmet(when: Condition, facts: CallFacts) -> tuple[Reason, ...]:
    """The conditions that do not hold, each with what was found; empty when the rule matches."""
    failed: list[Reason] = []
    if when.categories and not any(is_within(facts.category, top) for top in when.categories):
        failed.append(because("other_category", category=facts.category))
    if when.priorities and facts.priority not in when.priorities:
        failed.append(because("other_priority", priority=int(facts.priority)))
    if when.place and facts.place not in when.place:
        failed.append(because("other_place", place=facts.place.value))
    if when.beat_present is not None and when.beat_present != (facts.beat is not None):
        failed.append(because("beat_present" if facts.beat is not None else "no_beat"))
    if when.hours and facts.hour not in when.hours:
        failed.append(because("other_hour", hour=facts.hour))
    return tuple(failed)


def is_same_routing(before: tuple[RoutedTo, ...], after: tuple[RoutedTo, ...]) -> bool:
    """Whether a re-run changed nothing, so that nothing need be written or said again.

    The rules that led there may have been renamed; who is responsible is what counts.
    """
    return {_key(one) for one in before} == {_key(one) for one in after}


def _key(destination: RoutedTo) -> tuple[str, str, bool]:
    return (destination.kind, destination.target, destination.first_responsible)


def _is_among(destination: RoutedTo, others: list[RoutedTo]) -> bool:
    return any(
        (destination.kind, destination.target) == (other.kind, other.target) for other in others
    )


def _destination(rule: RoutingRule, facts: CallFacts) -> RoutedTo:
    target = rule.target
    if not target and rule.to is DestinationKind.COMMUNITY_OFFICE:
        target = facts.beat or ""
    elif not target and rule.to is DestinationKind.NEIGHBOUR:
        target = facts.neighbour
    return RoutedTo(rule.to.value, target, rule.first_responsible, rule.rule_id)


def dump_rules(rules: RoutingRules) -> JsonValue:
    """A rule set as JSON-ready data."""
    return dump(rules)


def load_rules(data: JsonValue) -> RoutingRules:
    """The rule set that `dump_rules` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(RoutingRules, data)
