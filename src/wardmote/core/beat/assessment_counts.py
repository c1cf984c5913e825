"""What the cases of a person say by the published rules. No sum, no order of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wardmote.core.domain.assessment import (
    AssessmentItem,
    AssessmentRules,
    Counted,
    Outcome,
    Remedy,
    outcome_of,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a person.

    Attributes:
        kind, id: what it is and which, so that it can be opened.
        at_s: when it was so, seconds UTC; when it was due, where it was not done.
        met: whether it was so, as `counted` says.
        due_s: when it was due; None where nothing is.
        remedy: what an allowed appeal made of it; None: nothing. It is shown in any case.
    """

    counted: Counted
    kind: str
    id: str
    at_s: float
    met: bool
    due_s: float | None = None
    remedy: Remedy | None = None


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


def first_cases(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases as they were first counted, before any appeal."""
    return tuple(replace(one, remedy=None) for one in cases if one.remedy is not Remedy.ADDED)


def _counted(item: AssessmentItem, known: tuple[Case, ...]) -> ItemCount:
    own = tuple(sorted((one for one in known if one.counted is item.counted), key=_latest))
    valid = [one for one in own if one.remedy is not Remedy.LEFT_OUT]
    met = sum(one.met or one.remedy is Remedy.MET for one in valid)
    return ItemCount(item, met, len(valid), outcome_of(item, met, len(valid)), own)


def _latest(one: Case) -> tuple[float, str]:
    return (-one.at_s, one.id)
