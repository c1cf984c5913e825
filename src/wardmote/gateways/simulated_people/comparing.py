"""How a replay that was shown on a live server came out there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wardmote.core.domain.ids import UnitId

EQUAL = "equal"
SAME_TIME_S = 1.0
"""Two units expected at most (<=) this far apart are as good as one another."""


class Names(Protocol):
    """Units on the server."""

    @property
    def server_ids(self) -> Mapping[UnitId, str]:
        """The replay's unit -> its id on the server."""

    @property
    def kinds(self) -> Mapping[UnitId, str]:
        """Kind of each unit."""


@dataclass(slots=True)
class ShownRun:
    """What was done on the server, and where it disagreed.

    Attributes:
        positions: reported.
        refused: (request, the server's code) -> how many times.
        first_units: `EQUAL`, or why the server would have sent another unit first -> calls.
        nobody_free: calls for which the replay had no unit when it first asked; not compared.
        open_at_end, busy_at_end: calls and assignments on the server's board at the end.
    """

    calls_entered: int = 0
    calls_closed: int = 0
    units_sent: int = 0
    arrivals: int = 0
    positions: int = 0
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_units: Counter[str] = field(default_factory=Counter)
    nobody_free: int = 0
    open_at_end: int = 0
    busy_at_end: int = 0

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, in a fixed order."""
        compared = sum(self.first_units.values())
        return {
            "calls_entered": self.calls_entered,
            "calls_closed": self.calls_closed,
            "units_sent": self.units_sent,
            "arrivals": self.arrivals,
            "positions": self.positions,
            "open_at_end": self.open_at_end,
            "busy_at_end": self.busy_at_end,
            "refused": [
                {"request": request, "code": code, "count": count}
                for (request, code), count in sorted(self.refused.items())
            ],
            "first_unit": {
                "compared": compared,
                "equal": self.first_units[EQUAL],
                "nobody_free": self.nobody_free,
                "different": {
                    why: count
                    for why, count in sorted(self.first_units.items())
                    if why != EQUAL and count
                },
            },
        }


def why_different(first: UnitId, answer: dict[str, Any] | None, names: Names) -> str:
    """Compare the unit that the replay sends first with the server's ranking for the call.

    The server's choice is the best of its ranking among units of the same kind: the replay asks
    for the kinds that the record sent, the server for those of its run card.

    Returns:
        `EQUAL`; ``no_answer``: the server made no recommendation in time; ``as_soon``: its choice
        is expected within `SAME_TIME_S`; ``keeps_cover``: it counts what the unit would uncover,
        which the replay does not know; ``unit_<code>``: it could not send that unit, and why;
        ``unexplained``.
    """
    if answer is None:
        return "no_answer"
    kind_of = {names.server_ids[unit]: kind for unit, kind in names.kinds.items()}
    kind = names.kinds[first]
    own = next((line for line in answer["lines"] if line["unit"] == names.server_ids[first]), None)
    if own is None:
        return "unit_not_ranked"
    if own["rank"] is None:
        return f"unit_{own['reasons'][0]['code']}"
    ranked = [
        line
        for line in answer["lines"]
        if line["rank"] is not None and kind_of.get(line["unit"]) == kind
    ]
    return _why_behind(own, min(ranked, key=lambda line: line["rank"]))


def _why_behind(own: dict[str, Any], best: dict[str, Any]) -> str:
    if best is own:
        return EQUAL
    if abs(best["travel_s"] - own["travel_s"]) <= SAME_TIME_S:
        return "as_soon"
    if any(reason["code"] == "leaves_uncovered" for reason in own["reasons"]):
        return "keeps_cover"
    return "unexplained"
