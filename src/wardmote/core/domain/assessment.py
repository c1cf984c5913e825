"""Assessment (考核) by published rules: each item is a count against a stated standard.

There is no sum and no order of people: an item is met, not met, or says nothing because there were
too few cases. The person sees every count with the cases behind it, and may appeal against an item;
somebody else decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual


class Counted(StrEnum):
    """What is counted of a person: cases in which it was so, out of all cases of the kind."""

    TASKS_IN_TIME = "tasks_in_time"
    HAZARDS_REPORTED = "hazards_reported"
    CHECKS_IN_ORDER = "checks_in_order"
    COURSES_ATTENDED = "courses_attended"


class Outcome(StrEnum):
    """What an item says; ``too_few``: not enough cases to say anything."""

    MET = "met"
    NOT_MET = "not_met"
    TOO_FEW = "too_few"


class AppealState(StrEnum):
    """Where an appeal stands."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"
    ALLOWED = "allowed"
    REFUSED = "refused"


class AppealAction(StrEnum):
    """What can become of an appeal."""

    WITHDRAW = "withdraw"
    ALLOW = "allow"
    REFUSE = "refuse"


_S, _A = AppealState, AppealAction

APPEAL_LIFE_CYCLE: LifeCycle[AppealState, AppealAction] = LifeCycle(
    initial=_S.FILED,
    table={
        (_S.FILED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.FILED, _A.ALLOW): _S.ALLOWED,
        (_S.FILED, _A.REFUSE): _S.REFUSED,
    },
    final=frozenset({_S.WITHDRAWN, _S.ALLOWED, _S.REFUSED}),
)


@dataclass(frozen=True, slots=True)
class AssessmentItem:
    """One item of the rules.

    Attributes:
        at_least: the standard: a share in [0, 1] of all cases, or a number of cases.
        of_all: whether `at_least` is a share.
        fewest: with fewer cases than this a share says nothing.
    """

    counted: Counted
    name: Bilingual
    at_least: float
    of_all: bool
    fewest: int


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """A published version of the rules."""

    version: str
    items: tuple[AssessmentItem, ...]


SHIPPED_ASSESSMENT_RULES = AssessmentRules(
    "shipped-1",
    (
        AssessmentItem(
            Counted.TASKS_IN_TIME, Bilingual("任务按时完成", "Tasks done in time"), 0.9, True, 10
        ),
        AssessmentItem(
            Counted.HAZARDS_REPORTED, Bilingual("上报隐患", "Hazards reported"), 1, False, 0
        ),
        AssessmentItem(
            Counted.CHECKS_IN_ORDER, Bilingual("抽查合格", "Spot checks in order"), 0.9, True, 5
        ),
        AssessmentItem(
            Counted.COURSES_ATTENDED, Bilingual("参加培训", "Courses attended"), 0.8, True, 2
        ),
    ),
)
"""Used until a place publishes its own."""


def outcome_of(item: AssessmentItem, met: int, of: int) -> Outcome:
    """What `met` of `of` cases say by `item`; a share exactly at the standard meets it.

    Raises:
        ValueError: not 0 <= met <= of.
    """
    if not 0 <= met <= of:
        raise ValueError(f"{met} of {of} cases")
    if not item.of_all:
        return Outcome.MET if met >= item.at_least else Outcome.NOT_MET
    if of == 0 or of < item.fewest:
        return Outcome.TOO_FEW
    return Outcome.MET if met >= item.at_least * of else Outcome.NOT_MET


def parse_assessment_rules(data: JsonValue) -> AssessmentRules:
    """The rules in `data`, as `dump_assessment_rules` writes them.

    Raises:
        ValueError: something does not fit; the message names the place.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("items"), list):
        raise ValueError("items: a list is needed")
    version = data.get("version")
    if not isinstance(version, str) or not 0 < len(version) <= 40:
        raise ValueError("version: 1 to 40 characters")
    rows = data["items"]
    assert isinstance(rows, list)
    items = tuple(_item(number, row) for number, row in enumerate(rows, start=1))
    if not items or len({one.counted for one in items}) != len(items):
        raise ValueError("items: at least one, and each count once")
    return AssessmentRules(version, items)


def dump_assessment_rules(rules: AssessmentRules) -> JsonValue:
    """The rules as plain data."""
    return {
        "version": rules.version,
        "items": [
            {
                "counted": one.counted.value,
                "name": {"zh": one.name.zh, "en": one.name.en},
                "at_least": one.at_least,
                "of_all": one.of_all,
                "fewest": one.fewest,
            }
            for one in rules.items
        ],
    }


def _item(number: int, row: JsonValue) -> AssessmentItem:
    if not isinstance(row, Mapping):
        raise ValueError(f"items, {number}: an object is needed")
    name, at_least = row.get("name"), row.get("at_least")
    of_all, fewest = row.get("of_all"), row.get("fewest")
    if row.get("counted") not in {one.value for one in Counted}:
        raise ValueError(f"items, {number}, counted: not known")
    if not isinstance(name, Mapping):
        raise ValueError(f"items, {number}, name: zh and en are needed")
    if not isinstance(of_all, bool) or not isinstance(fewest, int) or fewest < 0:
        raise ValueError(f"items, {number}: of_all is true or false, fewest a number from 0")
    if isinstance(at_least, bool) or not isinstance(at_least, int | float):
        raise ValueError(f"items, {number}, at_least: a number is needed")
    if not 0 <= at_least <= (1 if of_all else 1_000):
        raise ValueError(f"items, {number}, at_least: outside its range")
    return AssessmentItem(
        Counted(str(row["counted"])),
        Bilingual(str(name.get("zh", "")), str(name.get("en", ""))),
        float(at_least),
        of_all,
        fewest,
    )
