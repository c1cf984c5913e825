"""What became of the checks of each inspector, so that nobody drops one without being seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wardmote.core.domain.inspection import CheckState, DropReason
from wardmote.core.measures.distributions import Share, wilson
from wardmote.operations.inspections.models import SpotCheck


@dataclass(frozen=True, slots=True)
class InspectorChecks:
    """The checks of one inspector.

    Attributes:
        inspector: staff number.
        draws: how many draws the inspector made.
        dropped: checks that were not made out of all of the inspector's, with the 95 % Wilson
            interval.
        reasons: why, with how many of each; only those that occur, in the order of `DropReason`.
    """

    inspector: str
    draws: int
    dropped: Share
    reasons: tuple[tuple[DropReason, int], ...]


def by_inspector(checks: Iterable[SpotCheck]) -> tuple[InspectorChecks, ...]:
    """What became of checks (with their draws), by staff number and not by any figure.

    A check belongs to whoever recorded or dropped it; one that lapsed or is open to whoever drew
    it.
    """
    draws: dict[str, set[str]] = defaultdict(set)
    of: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for row in checks:
        draws[row.draw.drawn_by].add(row.draw_id)
        inspector = row.recorded_by or row.draw.drawn_by
        of[inspector] += 1
        if row.state == CheckState.DROPPED.value:
            reasons[inspector][row.dropped_for] += 1
    return tuple(
        InspectorChecks(
            one,
            len(draws[one]),
            wilson(reasons[one].total(), of[one]),
            tuple((why, reasons[one][why.value]) for why in DropReason if reasons[one][why.value]),
        )
        for one in sorted(set(of) | set(draws))
    )
