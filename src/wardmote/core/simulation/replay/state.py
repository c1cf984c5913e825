"""What a replay runs on, and what it keeps of calls and units under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wardmote.core.domain.assignment import AssignmentState as State
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.run_cards import RunCards
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.simulation.replay.demand import Job
from wardmote.core.simulation.replay.outcome import ReplayedCall, ReplayedUnit


@dataclass(frozen=True, slots=True)
class ReplaySetting:
    """What a replay runs on.

    Attributes:
        cards: the run cards by which every call is answered; None asks for what each record asks.
        follow_record: send the units that the record sent, at the record's times, and only ask the
            policy what it would have done; else do what the policy says.
        area: to which all events belong.
        place_class: of a point (lon, lat).
    """

    standard: ResponseStandard
    seed: int
    area: AreaId
    place_class: Callable[[float, float], PlaceClass]
    follow_record: bool = False
    cards: RunCards | None = None


@dataclass(slots=True)
class OpenCall:
    """A call under way.

    Attributes:
        wanted: jobs asked for and not yet filled.
        active: assignments not over.
        waves_left: still to come.
    """

    number: int
    incident: IncidentId
    outcome: ReplayedCall
    wanted: list[Job]
    active: set[AssignmentId]
    waves_left: int
    state: IncidentState = IncidentState.ENTERED


@dataclass(slots=True)
class Sending:
    """One unit sent to one call."""

    assignment: AssignmentId
    unit: UnitId
    call: OpenCall
    job: Job
    row: ReplayedUnit
    state: State = State.ASSIGNED
