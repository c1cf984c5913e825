"""Run cards: how many units of which kinds a call asks for, by category, priority and alarm level.

Cards are versioned data; the first that matches a call is used. A requirement names the
capabilities that can fill it in order of preference; a unit that is cross-staffed has several
capabilities and fills one place at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.categories import is_within
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

MAX_UNITS_PER_CARD = 40
MAX_CARDS = 500


@dataclass(frozen=True, slots=True)
class Requirement:
    """Some units of a kind.

    Attributes:
        any_of: capabilities that can fill it, the preferred first.
        number: how many units, >= 1.
    """

    any_of: tuple[str, ...]
    number: int = 1


@dataclass(frozen=True, slots=True)
class RunCard:
    """What one sort of call asks for.

    Attributes:
        categories: subtrees; empty means any.
        priorities: empty means any.
        alarms: requirements of the first alarm, then what each further alarm adds.
    """

    card_id: str
    name: Bilingual
    alarms: tuple[tuple[Requirement, ...], ...]
    categories: tuple[str, ...] = ()
    priorities: frozenset[Priority] = frozenset()

    def matches(self, category: str, priority: Priority) -> bool:
        """Whether the card is meant for such a call."""
        return (not self.priorities or priority in self.priorities) and (
            not self.categories or any(is_within(category, top) for top in self.categories)
        )

    def requirements(self, alarm_level: int) -> tuple[Requirement, ...]:
        """All that is asked for up to an alarm level, from 1; beyond the last, nothing is added.

        Raises:
            ValueError: the level is below 1.
        """
        if alarm_level < 1:
            raise ValueError(f"alarm levels begin at 1, got {alarm_level}")
        totals: dict[tuple[str, ...], int] = {}
        for alarm in self.alarms[:alarm_level]:
            for requirement in alarm:
                totals[requirement.any_of] = totals.get(requirement.any_of, 0) + requirement.number
        return tuple(Requirement(any_of, number) for any_of, number in totals.items())


@dataclass(frozen=True, slots=True)
class RunCards:
    """A version of the cards, in the order in which they are tried.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    cards: tuple[RunCard, ...]

    def __post_init__(self) -> None:
        if not self.version:
            raise InvalidDataError("version", "missing")
        if not 0 < len(self.cards) <= MAX_CARDS:
            raise InvalidDataError("cards", "too_many", limit=MAX_CARDS)
        seen: set[str] = set()
        for row, card in enumerate(self.cards):
            if not card.card_id or card.card_id in seen:
                raise InvalidDataError(f"cards[{row}].card_id", "repeated", found=card.card_id)
            seen.add(card.card_id)
            _check_card(card, f"cards[{row}]")
        last = self.cards[-1]
        if last.categories or last.priorities:
            raise InvalidDataError("cards", "no_card_for_everything_else")

    def card_for(self, category: str, priority: Priority) -> RunCard:
        """The first card that matches; there always is one."""
        return next(card for card in self.cards if card.matches(category, priority))


def _check_card(card: RunCard, path: str) -> None:
    if not card.alarms:
        raise InvalidDataError(f"{path}.alarms", "missing")
    units = 0
    for level, alarm in enumerate(card.alarms):
        for row, requirement in enumerate(alarm):
            place = f"{path}.alarms[{level}][{row}]"
            if not requirement.any_of or len(set(requirement.any_of)) != len(requirement.any_of):
                raise InvalidDataError(f"{place}.any_of", "repeated")
            if requirement.number < 1:
                raise InvalidDataError(f"{place}.number", "out_of_range", found=requirement.number)
            units += requirement.number
    if units > MAX_UNITS_PER_CARD:
        raise InvalidDataError(f"{path}.alarms", "too_many", limit=MAX_UNITS_PER_CARD)


def dump_run_cards(cards: RunCards) -> JsonValue:
    """Cards as JSON-ready data."""
    return dump(cards)


def load_run_cards(data: JsonValue) -> RunCards:
    """The cards that `dump_run_cards` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(RunCards, data)


_FAST = ("patrol_car", "motorcycle", "command_car")
_URGENT = frozenset({Priority.EMERGENCY, Priority.URGENT})
_EMERGENCY = frozenset({Priority.EMERGENCY})


def _card(
    card_id: str,
    zh: str,
    en: str,
    *alarms: tuple[Requirement, ...],
    categories: tuple[str, ...] = (),
    priorities: frozenset[Priority] = frozenset(),
) -> RunCard:
    return RunCard(card_id, Bilingual(zh, en), alarms, categories, priorities)


POLICE_RUN_CARDS = RunCards(
    "police/1",
    (
        _card(
            "grave",
            "重大刑事",
            "Grave offence",
            (Requirement(_FAST, 2), Requirement(("command_car", "patrol_car"))),
            (Requirement(_FAST, 3),),
            (Requirement(_FAST, 4), Requirement(("command_car",))),
            categories=("offence.criminal",),
            priorities=_EMERGENCY,
        ),
        _card(
            "fight",
            "打架与突发治安",
            "Fights and violent disorder",
            (Requirement(_FAST, 2),),
            (Requirement(_FAST, 2), Requirement(("command_car", "patrol_car"))),
            categories=("offence",),
            priorities=_EMERGENCY,
        ),
        _card(
            "injury",
            "人伤事故",
            "Collision with injuries",
            (Requirement(("motorcycle", "patrol_car", "command_car")), Requirement(_FAST)),
            (Requirement(_FAST, 2),),
            categories=("traffic.injury",),
        ),
        _card(
            "traffic",
            "一般交通警情",
            "Other traffic",
            (Requirement(("motorcycle", "patrol_car", "command_car")),),
            categories=("traffic",),
        ),
        _card(
            "disaster",
            "险情灾害",
            "Disaster",
            (Requirement(_FAST, 2),),
            (Requirement(_FAST, 4), Requirement(("command_car",))),
            categories=("hazard", "fire"),
            priorities=_EMERGENCY,
        ),
        _card("single", "单组处警", "One unit", (Requirement(_FAST),), (Requirement(_FAST, 2),)),
    ),
)
"""For a force of command cars, patrol cars and motorcycles."""

FIRE_EMS_RUN_CARDS = RunCards(
    "fire-ems/1",
    (
        _card(
            "building-fire",
            "建筑火灾",
            "Building fire",
            (
                Requirement(("engine",), 3),
                Requirement(("truck",), 2),
                Requirement(("rescue", "truck")),
                Requirement(("chief",)),
                Requirement(("medic",)),
            ),
            (Requirement(("engine",), 3), Requirement(("truck",)), Requirement(("chief",))),
            (Requirement(("engine",), 3), Requirement(("truck",))),
            categories=("fire.structure",),
        ),
        _card(
            "fire-alarm",
            "火灾报警",
            "Fire alarm",
            (Requirement(("engine",)), Requirement(("truck", "engine")), Requirement(("chief",))),
            categories=("fire.alarm",),
        ),
        _card(
            "rescue",
            "抢险救援",
            "Rescue",
            (Requirement(("rescue", "truck")), Requirement(("engine",)), Requirement(("medic",))),
            categories=("fire.rescue", "help.trapped", "help.drowning", "traffic.injury"),
        ),
        _card(
            "fire",
            "其他火警",
            "Other fire",
            (Requirement(("engine", "truck")),),
            categories=("fire",),
        ),
        _card(
            "life",
            "危重急症",
            "Life-threatening",
            (Requirement(("medic",)), Requirement(("engine", "truck"))),
            categories=("medical",),
            priorities=_URGENT,
        ),
        _card(
            "medical",
            "一般急救",
            "Other medical",
            (Requirement(("medic", "ambulance")),),
            categories=("medical",),
        ),
        _card("any", "单车", "One unit", (Requirement(("engine", "medic", "truck", "rescue")),)),
    ),
)
"""For a fire and ambulance service of engines, trucks, rescues, medics and chiefs."""
