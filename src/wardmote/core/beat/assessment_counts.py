"""What the cases of a person say by the published rules. No sum, no order of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardmote.core.domain.assessment import (
    AssessmentItem,
    AssessmentRules,
    Counted,
    Outcome,
    outcome_of,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a person.

    Attributes:
        kind, id: what it is and which, so that it can be opened.
        met: whether it was so, as `counted` says.
        struck: an appeal about it was allowed; it is shown and not counted.
    """

    counted: Counted
    kind: str
    id: str
    at_s: float
    met: bool
    struck: bool = False


@dataclass(frozen=True, slots=True)
class ItemCount:
    """One item with its cases, the latest first."""

    item: AssessmentItem
    met: int
    of: int
    outcome: Outcome
    cases: tuple[Case, ...]


def count_cases(rules: AssessmentRules, cases: Iterable[Case]) -> tuple[ItemCount, ...]:
    """Each item of the rules, in their order, with what was counted and why."""
    known = tuple(cases)
    return tuple(_counted(item, known) for item in rules.items)


def _counted(item: AssessmentItem, known: tuple[Case, ...]) -> ItemCount:
    own = tuple(sorted((one for one in known if one.counted is item.counted), key=_latest))
    valid = [one for one in own if not one.struck]
    met = sum(one.met for one in valid)
    return ItemCount(item, met, len(valid), outcome_of(item, met, len(valid)), own)


def _latest(one: Case) -> tuple[float, str]:
    return (-one.at_s, one.id)
