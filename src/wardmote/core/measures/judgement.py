"""What a bulletin's figures say: few findings, each told only when it is more than chance.

Of many categories and areas some always differ by chance, so those are tested together (Holm 1979,
doi:10.2307/4615733): all findings of a bulletin are right in at least 19 of 20 bulletins in which
nothing has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.measures.bulletin import Bulletin
from wardmote.core.measures.comparison import UNUSUAL, Change
from wardmote.core.measures.distributions import ObjectiveResult


class Finding(StrEnum):
    """What is said."""

    CALLS_ROSE = "calls_rose"
    CALLS_FELL = "calls_fell"
    CALLS_AS_BEFORE = "calls_as_before"
    NOT_COMPARED = "not_compared"
    CATEGORY_ROSE = "category_rose"
    CATEGORY_FELL = "category_fell"
    AREA_ROSE = "area_rose"
    AREA_FELL = "area_fell"
    STANDARD_MET = "standard_met"
    STANDARD_MISSED = "standard_missed"
    STANDARD_OPEN = "standard_open"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One finding.

    Attributes:
        subject: the category, the area, or ``objective.tier`` of a standard; empty for all calls.
        change: of the count, where one is told.
        share, low, high: of the calls measured that met the standard, with its 95 % interval.
        aim: share that the standard asks for.
    """

    finding: Finding
    subject: str = ""
    change: Change | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    aim: float | None = None


def judge(bulletin: Bulletin, objectives: Sequence[ObjectiveResult]) -> tuple[Judgement, ...]:
    """The findings of a bulletin: all calls, then categories, areas and the standard."""
    return (
        _all_calls(bulletin.total.valid_change),
        *_unusual(
            [(row.category, row.change) for row in bulletin.categories],
            Finding.CATEGORY_ROSE,
            Finding.CATEGORY_FELL,
        ),
        *_unusual(
            [(row.group, row.valid_change) for row in bulletin.groups if row.group is not None],
            Finding.AREA_ROSE,
            Finding.AREA_FELL,
        ),
        *(
            judged
            for objective in objectives
            for number in range(len(objective.tiers))
            if (judged := _standard(objective, number)) is not None
        ),
    )


def _all_calls(changed: Change) -> Judgement:
    if changed.chance is None:
        return Judgement(Finding.NOT_COMPARED, change=changed)
    if changed.chance >= UNUSUAL:
        return Judgement(Finding.CALLS_AS_BEFORE, change=changed)
    rose = _rose(changed)
    return Judgement(Finding.CALLS_ROSE if rose else Finding.CALLS_FELL, change=changed)


def _unusual(
    changes: Sequence[tuple[str, Change]], rose: Finding, fell: Finding
) -> list[Judgement]:
    """Those whose change stays unusual when all are tested together, most certain first."""
    tested = sorted(
        ((one.chance, subject, one) for subject, one in changes if one.chance is not None),
        key=lambda row: (row[0], row[1]),
    )
    found: list[Judgement] = []
    for done, (chance, subject, changed) in enumerate(tested):
        if chance * (len(tested) - done) >= UNUSUAL:
            break
        found.append(Judgement(rose if _rose(changed) else fell, subject, changed))
    return found


def _rose(changed: Change) -> bool:
    if changed.share is not None:
        return changed.share > 0
    return (changed.difference or 0) > 0


def _standard(objective: ObjectiveResult, number: int) -> Judgement | None:
    """Met or missed where the whole interval says so, else open; None without measured calls."""
    tier = objective.tiers[number]
    share, low, high = tier.share.share, tier.share.low, tier.share.high
    if share is None or low is None or high is None:
        return None
    aim = tier.percentile / 100.0
    finding = Finding.STANDARD_OPEN
    if low >= aim:
        finding = Finding.STANDARD_MET
    elif high < aim:
        finding = Finding.STANDARD_MISSED
    return Judgement(finding, f"{objective.code}.{number}", None, share, low, high, aim)
