"""How advice to idle units was followed: shares, times, reasons.

Advice that was overtaken, by a call or because it was taken back, says nothing about obedience and
is counted apart. Figures are of units, not of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.move_up import MoveUpEnd, MoveUpState

OVERTAKEN = frozenset(
    {
        MoveUpEnd.SENT_TO_CALL,
        MoveUpEnd.OFF_DUTY,
        MoveUpEnd.UNAVAILABLE,
        MoveUpEnd.WITHDRAWN,
        MoveUpEnd.RULE_CHANGED,
    }
)


@dataclass(frozen=True, slots=True)
class MoveUpRecord:
    """One piece of advice and what became of it; times in seconds UTC, None where there is none.

    Attributes:
        answer_reason: why it was refused, lapsed or ended; empty otherwise.
    """

    unit: UnitId
    post: PostId
    state: MoveUpState
    advised_s: float
    answered_s: float | None
    arrived_s: float | None
    drive_s: float
    gain_share: float
    answer_reason: str


@dataclass(frozen=True, slots=True)
class MoveUpFigures:
    """What became of some advice.

    Attributes:
        open: not over and not arrived yet.
        arrived: followed to the post.
        refused: by the crew.
        ignored: nobody answered, or nobody arrived.
        overtaken: a call came first, the unit went off duty, or it was taken back.
        obeyed_share: arrived of arrived, refused and ignored; None without any of these.
        answer_s, arrival_s: median times from the advice; None without any.
        refusals: (reason code, how often), the most frequent first.
    """

    advised: int
    open: int
    arrived: int
    refused: int
    ignored: int
    overtaken: int
    obeyed_share: float | None
    answer_s: float | None
    arrival_s: float | None
    refusals: tuple[tuple[str, int], ...]


def move_up_figures(records: Sequence[MoveUpRecord]) -> MoveUpFigures:
    """The figures of some advice."""
    arrived = [one for one in records if one.arrived_s is not None]
    refused = [one for one in records if one.state is MoveUpState.REFUSED]
    lapsed = [one for one in records if one.state is MoveUpState.LAPSED and one.arrived_s is None]
    overtaken = [one for one in lapsed if one.answer_reason in OVERTAKEN]
    ignored = len(lapsed) - len(overtaken)
    judged = len(arrived) + len(refused) + ignored
    return MoveUpFigures(
        advised=len(records),
        open=len(records) - len(arrived) - len(refused) - len(lapsed),
        arrived=len(arrived),
        refused=len(refused),
        ignored=ignored,
        overtaken=len(overtaken),
        obeyed_share=len(arrived) / judged if judged else None,
        answer_s=_median(
            one.answered_s - one.advised_s for one in records if one.answered_s is not None
        ),
        arrival_s=_median(
            one.arrived_s - one.advised_s for one in records if one.arrived_s is not None
        ),
        refusals=tuple(
            sorted(
                Counter(one.answer_reason for one in refused).items(),
                key=lambda found: (-found[1], found[0]),
            )
        ),
    )


def by_unit(records: Iterable[MoveUpRecord]) -> dict[UnitId, MoveUpFigures]:
    """The figures of each unit, in order of their ids."""
    kept: dict[UnitId, list[MoveUpRecord]] = {}
    for one in records:
        kept.setdefault(one.unit, []).append(one)
    return {unit: move_up_figures(kept[unit]) for unit in sorted(kept)}


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None
