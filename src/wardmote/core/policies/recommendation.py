"""A recommendation: the ranking of units with reasons, and what could not be filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.reasons import Reason
from wardmote.core.policies.travel_view import Uncovers


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the ranking.

    Attributes:
        rank: from 1 among the units that could go; None for one that could not.
        chosen: whether the recommendation is to send it.
        fills: the capability for which it was chosen.
        travel_s: driving time by road; None when unreachable or not asked.
        turnout_s: time until it drives; None likewise.
        probability: of meeting the standard's arrival target; None when not known.
        age_s: age of its position; None when it has none.
        uncovers: None when not known.
        reasons: why it was chosen or rejected, and what counted against it.
    """

    unit: UnitId
    rank: int | None
    chosen: bool
    fills: str | None
    travel_s: float | None
    turnout_s: float | None
    probability: float | None
    age_s: float | None
    uncovers: Uncovers | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Places of the run card that nobody could fill."""

    any_of: tuple[str, ...]
    wanted: int
    found: int
    reasons: tuple[Reason, ...]

    @property
    def code(self) -> str:
        """``<capability>:<missing number>``, as the journal keeps it."""
        return f"{self.any_of[0]}:{self.wanted - self.found}"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer for one call.

    Attributes:
        made_s: when, seconds UTC.
        target_s: arrival target of the standard for this call; None when it has none.
        lines: units that could go in order of rank, then the others by id.
        problem: why nothing can be recommended at all, such as an unknown place.
    """

    incident: IncidentId
    policy_version: str
    made_s: float
    card: str
    target_s: float | None
    lines: tuple[Line, ...]
    shortfall: tuple[Shortfall, ...]
    problem: Reason | None = None

    @property
    def units(self) -> tuple[UnitId, ...]:
        """The units to send, in order of rank."""
        return tuple(line.unit for line in self.lines if line.chosen)

    @property
    def shortfall_codes(self) -> tuple[str, ...]:
        """What the journal keeps of the shortfall."""
        return tuple(short.code for short in self.shortfall)

    def as_json(self, recommendation: str) -> dict[str, Any]:
        """The data of a ``recommendation`` stream event, `recommendation` being its id."""
        return {
            "incident": self.incident,
            "recommendation": recommendation,
            "policy_version": self.policy_version,
            "made_s": self.made_s,
            "card": self.card,
            "target_s": self.target_s,
            "problem": None if self.problem is None else self.problem.as_json(),
            "lines": [_line_json(line) for line in self.lines],
            "shortfall": [
                {
                    "any_of": list(short.any_of),
                    "wanted": short.wanted,
                    "found": short.found,
                    "reasons": [reason.as_json() for reason in short.reasons],
                }
                for short in self.shortfall
            ],
        }


def _line_json(line: Line) -> dict[str, Any]:
    left = line.uncovers
    return {
        "unit": line.unit,
        "rank": line.rank,
        "chosen": line.chosen,
        "fills": line.fills,
        "travel_s": line.travel_s,
        "turnout_s": line.turnout_s,
        "probability": line.probability,
        "age_s": line.age_s,
        "uncovers": None if left is None else {"places": left.places, "weight": left.weight},
        "reasons": [reason.as_json() for reason in line.reasons],
    }
