"""The values of an assessment: what goes in, and what comes out.

Durations are seconds; None means that it did not happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.distributions import Share
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.simulation.training.exercise import Line
from wardmote.core.simulation.training.scenario import TroubleKind

FORMAT = "wardmote-training-assessment/1"


@dataclass(frozen=True, slots=True)
class GivenAdvice:
    """A recommendation as it stood on the console.

    Attributes:
        expected_s: from the order until arrival, by unit, as the adviser reckoned.
    """

    made_s: float
    units: tuple[UnitId, ...]
    expected_s: Mapping[UnitId, float]


@dataclass(frozen=True, slots=True)
class TakenDown:
    """A call of the training room.

    Attributes:
        measured: as measures see it.
        linked_to: the call that it was linked to; empty when it was not.
        advice: every recommendation, in order.
        override: reason code given for sending others than recommended; empty without.
        withdrawn_s: when each unit was taken off again, refusals included.
    """

    measured: MeasuredCall
    number: str
    lon: float | None
    lat: float | None
    linked_to: IncidentId
    advice: tuple[GivenAdvice, ...]
    override: str
    withdrawn_s: Mapping[UnitId, float]


@dataclass(frozen=True, slots=True)
class CallResult:
    """What became of a call of the script that is about something of its own.

    Attributes:
        line: where the telephone call ended; see `Line`.
        number: of the call that was taken down; empty without.
        answered_s, entered_s, assigned_s, arrived_s: since the first ring.
        right_category: what was taken down is what it truly is; None when nothing was.
        entered_category: empty when nothing was taken down.
        apart_m: metres between where it was taken down and where it truly is.
        sent, advised: first unit sent, and the one recommended then.
        lost_s: how much later the sent unit was expected than the recommended one; 0 when advice
            was followed; None when the adviser had not reckoned with the unit, or none was sent.
        adviser_arrived_s: since the first ring, in the adviser's own run; None without a unit.
    """

    call: int
    rings_s: float
    category: str
    line: Line
    at_trainee: bool
    incident: IncidentId
    number: str
    by: str
    answered_s: float | None
    entered_s: float | None
    assigned_s: float | None
    arrived_s: float | None
    entered_category: str
    right_category: bool | None
    apart_m: float | None
    sent: UnitId
    advised: UnitId
    override: str
    lost_s: float | None
    adviser_arrived_s: float | None


@dataclass(frozen=True, slots=True)
class AgainResult:
    """A call about a call that there was before.

    Attributes:
        found: it was recognised: said to be known, or linked.
        moved: the caller had moved; then `found` also asks for the new place.
    """

    call: int
    about: int
    line: Line
    moved: bool
    found: bool


@dataclass(frozen=True, slots=True)
class LostUnitResult:
    """A unit that fell silent or broke down.

    Attributes:
        incident: the call that it was lost to; empty when it was sent to none meanwhile.
        noticed_s: from losing it until it was taken off or another was sent; None when missed.
    """

    kind: TroubleKind
    unit: UnitId
    at_s: float
    incident: IncidentId
    number: str
    noticed_s: float | None


@dataclass(frozen=True, slots=True)
class Compliance:
    """How the standard was met, beside the adviser's own run."""

    objective: Bilingual
    trainee: Share
    adviser: Share


@dataclass(frozen=True, slots=True)
class Totals:
    """The exercise in figures; medians are by nearest rank."""

    rang: int
    taken: int
    overflowed: int
    lost: int
    answer_median_s: float | None
    entry_median_s: float | None
    dispatch_median_s: float | None
    arrival_median_s: float | None
    adviser_arrival_median_s: float | None
    right_categories: int
    categories: int
    again_found: int
    again: int
    followed: int
    decided: int
    seconds_lost: float
    silences_missed: int
    silences: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """All of it."""

    format: str
    scenario: str
    name: Bilingual
    seed: int
    begin_s: float
    end_s: float
    standard: str
    calls: tuple[CallResult, ...]
    again: tuple[AgainResult, ...]
    lost_units: tuple[LostUnitResult, ...]
    compliance: tuple[Compliance, ...]
    totals: Totals
