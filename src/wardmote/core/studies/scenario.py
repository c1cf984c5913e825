"""What if: a change of the place that plans are tried under.

A scenario says what is different; the place and the plans stay as they are. Its document
(``wardmote-scenario/1``) is described in ``docs/reference/plan-file.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.documents import read, require, require_place, written
from wardmote.core.studies.plan import MAX_UNITS_AT_POST, PlannedPost

SCENARIO_FORMAT = "wardmote-scenario/1"
_WHAT = Bilingual("情景文件", "scenario")

HOURS_A_WEEK = 168
MOST_FACTOR = 20.0
MOST_RADIUS_M = 50_000.0
DUTY_LEVELS = (1, 2, 3)
"""1 is the highest level of duty (一级勤务), 3 an ordinary day."""


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """Roads that cannot be passed, both ways, for the whole trial.

    Attributes:
        radius_m: closed are the section nearest to the point, and each one that comes within
            this distance (<=) of it; 0 closes the nearest alone.
    """

    name: Bilingual
    lon: float
    lat: float
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Festival:
    """More calls in an area at some hours of the week: a fair, a match, a temple festival.

    Attributes:
        radius_m: demand points within this distance (<=) of the point are meant.
        factor: calls there at those hours, as a multiple of the usual, >= 0.
        from_hour: hour of the week at which it begins, 0 is Monday 00:00 local time.
        hours: how long it lasts, past the end of the week where need be.
    """

    name: Bilingual
    lon: float
    lat: float
    radius_m: float
    factor: float
    from_hour: int
    hours: int


@dataclass(frozen=True, slots=True)
class Breaks:
    """Every unit rests after so many hours on duty, as soon as it is free, units of a post by
    turns; one that goes off duty before a break would be over does not take it.

    Attributes:
        after_h: hours on duty from one break's beginning to the next, 1 .. 24.
        minutes: how long, 1 .. 480, and less than from one to the next.
    """

    after_h: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Failures:
    """Every unit fails now and then, and is repaired; a call it was on the way to is given to
    another.

    Attributes:
        days_between: from a repair to the next failure, mean of an exponential, 0.1 .. 10,000.
        repair_h: until it is back, mean of an exponential, 0.1 .. 720.
    """

    days_between: float
    repair_h: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is different from an ordinary week.

    Attributes:
        add_posts: beside those of each plan.
        close_posts: of each plan that has them; their units are gone as well.
        roads_closed: for the whole trial.
        festivals: more calls here and there.
        demand_factor: all calls, as a multiple of the usual.
        units_away: share of each plan's units that is not there, 0 <= share < 1; posts lose theirs
            by turns, the largest first, and each keeps at least one while that is possible.
        duty_level: 1, 2 or 3.
        duty_factors: units on duty at levels 1, 2 and 3 as a multiple of the plan's; a place sets
            its own.
        breaks, failures: of every unit; None where nothing is said about them.
        refused_share: of advice to move that crews refuse, 0 .. 1.

    Raises:
        InvalidDataError: a number is out of range.
    """

    code: str
    name: Bilingual
    add_posts: tuple[PlannedPost, ...] = ()
    close_posts: tuple[PostId, ...] = ()
    roads_closed: tuple[RoadClosure, ...] = ()
    festivals: tuple[Festival, ...] = ()
    demand_factor: float = 1.0
    units_away: float = 0.0
    duty_level: int = 3
    duty_factors: tuple[float, ...] = (1.5, 1.25, 1.0)
    breaks: Breaks | None = None
    failures: Failures | None = None
    refused_share: float = 0.0

    def __post_init__(self) -> None:
        require(bool(self.code), "code", "missing")
        for row, post in enumerate(self.add_posts):
            require_place(post.lon, post.lat, f"add_posts[{row}]")
            allowed = 0 <= post.units <= MAX_UNITS_AT_POST
            require(allowed, f"add_posts[{row}].units", "out_of_range", found=post.units)
        for row, road in enumerate(self.roads_closed):
            require_place(road.lon, road.lat, f"roads_closed[{row}]")
            _within(road.radius_m, MOST_RADIUS_M, f"roads_closed[{row}].radius_m")
        for row, festival in enumerate(self.festivals):
            _check_festival(festival, f"festivals[{row}]")
        _within(self.demand_factor, MOST_FACTOR, "demand_factor")
        away = self.units_away
        require(0 <= away < 1, "units_away", "out_of_range", found=away)
        allowed = self.duty_level in DUTY_LEVELS
        require(allowed, "duty_level", "not_allowed", found=self.duty_level, allowed=DUTY_LEVELS)
        good = len(self.duty_factors) == len(DUTY_LEVELS)
        require(good, "duty_factors", "out_of_range", limit=len(DUTY_LEVELS))
        for row, factor in enumerate(self.duty_factors):
            _within(factor, MOST_FACTOR, f"duty_factors[{row}]")
        if self.breaks is not None:
            _check_breaks(self.breaks)
        if self.failures is not None:
            _between(self.failures.days_between, 0.1, 10_000.0, "failures.days_between")
            _between(self.failures.repair_h, 0.1, 720.0, "failures.repair_h")
        _within(self.refused_share, 1.0, "refused_share")

    @property
    def duty_factor(self) -> float:
        """Units on duty as a multiple of the plan's."""
        return self.duty_factors[self.duty_level - 1]


def _check_festival(festival: Festival, path: str) -> None:
    require_place(festival.lon, festival.lat, path)
    _within(festival.radius_m, MOST_RADIUS_M, f"{path}.radius_m")
    _within(festival.factor, MOST_FACTOR, f"{path}.factor")
    start, hours = festival.from_hour, festival.hours
    require(0 <= start < HOURS_A_WEEK, f"{path}.from_hour", "out_of_range", found=start)
    require(1 <= hours <= HOURS_A_WEEK, f"{path}.hours", "out_of_range", found=hours)


def _check_breaks(breaks: Breaks) -> None:
    _between(breaks.after_h, 1.0, 24.0, "breaks.after_h")
    _between(breaks.minutes, 1.0, 480.0, "breaks.minutes")
    shorter = breaks.minutes < breaks.after_h * 60
    require(shorter, "breaks.minutes", "out_of_range", found=breaks.minutes)


def _between(value: float, least: float, most: float, path: str) -> None:
    good = least <= value <= most
    require(good, path, "out_of_range", found=value, limit=most if value > most else least)


def _within(value: float, most: float, path: str) -> None:
    require(0 <= value <= most, path, "out_of_range", found=value, limit=most)


def scenario_document(scenario: Scenario) -> dict[str, JsonValue]:
    """The scenario as JSON-ready data."""
    return written(SCENARIO_FORMAT, scenario)


def read_scenario(data: JsonValue) -> Scenario:
    """The scenario that `scenario_document` wrote.

    Raises:
        Problem: the data are not a scenario of this format; the field is named.
    """
    return read(SCENARIO_FORMAT, Scenario, data, _WHAT)


AS_USUAL = Scenario("usual", Bilingual("平常", "As usual"))
"""Nothing is different."""
