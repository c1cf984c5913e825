"""A scenario: what a trainer writes, for any place.

It says nothing of streets or units of one place: calls come from *classes* of places, trouble
befalls the unit that is sent to a call, or any other. `drawing` makes a script for a place from it.
The format is described in ``docs/reference/training-scenarios.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

FORMAT = "wardmote-training-scenario/1"
LONGEST_S = 8 * 3_600.0
MAX_CALLS = 200
MAX_FACTOR = 50.0
NOTHING = Bilingual("", "")


class Where(StrEnum):
    """Classes of places that calls come from and roads are closed at."""

    ANYWHERE = "anywhere"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    STATION = "station"
    MARKET = "market"
    GOVERNMENT = "government"
    CENTRE = "centre"
    COMMUNITY = "community"
    VILLAGE = "village"
    BRIDGE = "bridge"


class TroubleKind(StrEnum):
    """What can go wrong."""

    UNIT_BREAKS_DOWN = "unit_breaks_down"
    CREW_SILENT = "crew_silent"
    POSITIONS_STALE = "positions_stale"
    ROAD_CLOSES = "road_closes"
    DUPLICATE_CALL = "duplicate_call"
    CALLER_MOVES = "caller_moves"


UNIT_TROUBLE = frozenset(
    {TroubleKind.UNIT_BREAKS_DOWN, TroubleKind.CREW_SILENT, TroubleKind.POSITIONS_STALE}
)
ABOUT_A_CALL = frozenset({TroubleKind.DUPLICATE_CALL, TroubleKind.CALLER_MOVES})


@dataclass(frozen=True, slots=True)
class Start:
    """When the exercise begins on the place's clock.

    Attributes:
        weekday: 0 is Monday.
    """

    weekday: int
    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """Calls drawn from the place's demand.

    Attributes:
        factor: times the usual demand of that hour of the week.
        at_trainee: share of them that ring at the trainee's desk; the next desk takes the rest.
    """

    factor: float = 1.0
    at_trainee: float = 1.0


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A scripted call, which always rings at the trainee's desk.

    Attributes:
        call: what the scenario calls it, unique in it.
        at_s: when it rings, seconds from the beginning.
        category: what it truly is.
        near: another call in whose neighbourhood it is; empty takes `where`.
    """

    call: str
    at_s: float
    category: str
    says: Bilingual
    where: Where = Where.ANYWHERE
    near: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTrouble:
    """Something that goes wrong.

    Attributes:
        at_s: when, seconds from the beginning.
        call: the call that it is about: the first unit sent to it is struck, the road beside it
            closes, it rings again. Empty: any unit, or a road of the class `where`.
        lasts_s: None lasts to the end of the exercise.
        metres: how far a caller has moved.
    """

    kind: TroubleKind
    at_s: float
    call: str = ""
    where: Where = Where.BRIDGE
    lasts_s: float | None = None
    says: Bilingual = NOTHING
    metres: float = 400.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario.

    Attributes:
        code: short name, such as the command line takes.
        story: what the trainee is told at the beginning.
        seed: the same seed in the same place gives the same script.
        away: share of the units that are not on duty, 0 <= away < 1.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    format: str
    code: str
    name: Bilingual
    story: Bilingual
    seed: int
    starts: Start
    duration_s: float
    stream: Stream = field(default_factory=Stream)
    away: float = 0.0
    calls: tuple[PlannedCall, ...] = ()
    trouble: tuple[PlannedTrouble, ...] = ()

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise InvalidDataError("format", "not_allowed", found=self.format, allowed=[FORMAT])
        if not self.code:
            raise InvalidDataError("code", "missing")
        if self.seed < 0:
            raise InvalidDataError("seed", "out_of_range", found=self.seed)
        _within("duration_s", self.duration_s, 60.0, LONGEST_S)
        _within("stream.factor", self.stream.factor, 0.0, MAX_FACTOR)
        _within("stream.at_trainee", self.stream.at_trainee, 0.0, 1.0)
        _within("starts.weekday", self.starts.weekday, 0, 6)
        _within("starts.hour", self.starts.hour, 0, 23)
        _within("starts.minute", self.starts.minute, 0, 59)
        if not 0.0 <= self.away < 1.0:
            raise InvalidDataError("away", "out_of_range", found=self.away)
        _check_calls(self)
        _check_trouble(self)


def _within(path: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise InvalidDataError(path, "out_of_range", found=value, allowed=[least, most])


def _check_calls(scenario: Scenario) -> None:
    if len(scenario.calls) > MAX_CALLS:
        raise InvalidDataError("calls", "too_many", limit=MAX_CALLS)
    known: set[str] = set()
    for row, call in enumerate(scenario.calls):
        path = f"calls[{row}]"
        if not call.call or call.call in known:
            raise InvalidDataError(f"{path}.call", "repeated", found=call.call)
        _within(f"{path}.at_s", call.at_s, 0.0, scenario.duration_s)
        if call.near and call.near not in known:
            raise InvalidDataError(f"{path}.near", "not_allowed", found=call.near)
        if not call.says.zh and not call.says.en:
            raise InvalidDataError(f"{path}.says", "missing")
        known.add(call.call)


def _check_trouble(scenario: Scenario) -> None:
    if len(scenario.trouble) > MAX_CALLS:
        raise InvalidDataError("trouble", "too_many", limit=MAX_CALLS)
    rings = {call.call: call.at_s for call in scenario.calls}
    for row, one in enumerate(scenario.trouble):
        path = f"trouble[{row}]"
        _within(f"{path}.at_s", one.at_s, 0.0, scenario.duration_s)
        _within(f"{path}.metres", one.metres, 0.0, 20_000.0)
        if one.lasts_s is not None:
            _within(f"{path}.lasts_s", one.lasts_s, 1.0, LONGEST_S)
        if one.call and one.call not in rings:
            raise InvalidDataError(f"{path}.call", "not_allowed", found=one.call)
        if one.kind in ABOUT_A_CALL:
            if not one.call:
                raise InvalidDataError(f"{path}.call", "missing")
            if one.at_s <= rings[one.call]:
                raise InvalidDataError(f"{path}.at_s", "out_of_range", found=one.at_s)


def load_scenario(data: JsonValue) -> Scenario:
    """The scenario that a file says.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(Scenario, data)


def dump_scenario(scenario: Scenario) -> JsonValue:
    """A scenario as JSON-ready data."""
    return dump(scenario)
