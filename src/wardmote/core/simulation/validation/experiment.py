"""Fit on some days, simulate the next with the live policies, keep both sides of every call.

Nothing of the days ahead is used but what a caller says: when, where, what, how urgent. What became
of those calls is only looked at afterwards, by `comparison`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.domain.places import Post
from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.replay.calibration import fit_whole
from wardmote.core.simulation.replay.engine import Replay
from wardmote.core.simulation.replay.fleet import ReplayUnit, UnitHint
from wardmote.core.simulation.replay.outcome import ReplayedCall
from wardmote.core.simulation.replay.roads import LocalHour
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.validation.fitted_roads import (
    LEAST_RUNS,
    FittedRoads,
    TimeFit,
    fit_times,
    recorded_times,
    simulated_times,
)
from wardmote.core.simulation.validation.fleet_ahead import Weekday, fleet_ahead
from wardmote.core.simulation.validation.library import HandlingLibrary, library_of
from wardmote.core.simulation.validation.window import Window
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

FIT_RUNS = 1
"""Runs over the days fitted on that drives are corrected by."""

Told = Callable[[str, int, int], None]
"""Told which stage ("fit", "check", "predict"), how many runs are done, and of how many."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedRoom:
    """A control room as some days showed it.

    Attributes:
        past: the calls fitted on.
        model: None where too few runs began at a known home, and free flow is used.
        times: corrections of the replay's times; empty before `fit_replay`.
        times_known: how many times from alert to arrival the calls fitted on say.
    """

    past: tuple[CallRecord, ...]
    window: Window
    posts: tuple[Post, ...]
    hints: Mapping[str, UnitHint]
    travel: TravelTimes
    local_hour: LocalHour
    weekday: Weekday
    setting: ReplaySetting
    library: HandlingLibrary
    model: VehicleModel | None
    times: TimeFit
    times_known: int = 0


def learn_room(
    calls: Sequence[CallRecord],
    window: Window,
    posts: Sequence[Post],
    hints: Mapping[str, UnitHint],
    travel: TravelTimes,
    local_hour: LocalHour,
    weekday: Weekday,
    setting: ReplaySetting,
) -> FittedRoom:
    """What the calls of a window say by themselves; others are not looked at.

    Times are not corrected yet: the replay needs `fit_replay`, a trial does not.

    Raises:
        Problem: the calls say too little to fit on.
        ValueError: there are no posts.
    """
    past = window.of(calls)
    known = len(recorded_times(past))
    if known < LEAST_RUNS:
        raise Problem(
            zh=f"拟合日期内只有 {known} 次出警既有派出又有到场时间；至少需要 {LEAST_RUNS} 次。"
            "请选更多日期，或检查映射文件。",
            en=f"Only {known} runs in the days to fit on say when they were sent and when "
            f"they arrived; {LEAST_RUNS} are needed. Choose more days, or look at the mapping.",
        )
    fleet = fleet_ahead(past, posts, hints, window, window, weekday)
    return FittedRoom(
        past,
        window,
        tuple(posts),
        hints,
        travel,
        local_hour,
        weekday,
        setting,
        library_of(past),
        fit_whole(past, fleet, travel, local_hour),
        TimeFit(),
        known,
    )


def fit_replay(plain: FittedRoom, told: Told = lambda stage, done, of: None) -> FittedRoom:
    """The same with times corrected by a replay of the days fitted on.

    Raises:
        Problem: too few of the calls lie on the roads.
    """
    outcomes: list[ReplayedCall] = []
    for number in range(FIT_RUNS):
        outcomes += simulate(plain, plain.past, plain.window, plain.setting.seed + number)
        told("fit", number + 1, FIT_RUNS)
    made = simulated_times(outcomes)
    if len(made) < LEAST_RUNS:
        raise Problem(
            zh=f"拟合日期内的警情只有 {len(made)} 次能在道路上模拟；至少需要 {LEAST_RUNS} 次。"
            "请检查警情的坐标是否在这座城市内。",
            en=f"Only {len(made)} runs to the calls of the days to fit on can be simulated on "
            f"these roads; {LEAST_RUNS} are needed. See whether the calls have places in this "
            "city.",
        )
    return replace(plain, times=fit_times(recorded_times(plain.past), made))


def simulate(
    room: FittedRoom, calls: Sequence[CallRecord], window: Window, seed: int
) -> list[ReplayedCall]:
    """One run over calls of which only the asking is known."""
    fleet = _fleet(room, window)
    rng = np.random.default_rng([seed, 1])
    asked = [room.library.drawn(call, rng) for call in calls]
    roads = FittedRoads(
        room.travel, room.model or VehicleModel.plain(), room.local_hour, room.times, seed
    )
    setting = ReplaySetting(
        room.setting.standard, seed, room.setting.area, room.setting.place_class
    )
    return Replay([_as_asked(call) for call in calls], asked, fleet, roads, setting).run()


def _fleet(room: FittedRoom, window: Window) -> tuple[ReplayUnit, ...]:
    return fleet_ahead(room.past, room.posts, room.hints, room.window, window, room.weekday)


def _as_asked(call: CallRecord) -> CallRecord:
    """The call without anything that was known only later: nobody can peep."""
    stamps = type(call.stamps)(((RecordTime.RECEIVED, call.received_s),))
    return CallRecord(
        key=call.key,
        digest=call.digest,
        number=call.number,
        source_category=call.source_category,
        category=call.category,
        source_priority=call.source_priority,
        priority=call.priority,
        address=call.address,
        lon=call.lon,
        lat=call.lat,
        station_area=call.station_area,
        agency=call.agency,
        disposition="",
        stamps=stamps,
        units=(),
        rows=call.rows,
    )


def recorded_response_s(calls: Sequence[CallRecord]) -> Float64:
    """[n] seconds from a call's coming in to the first arrival; NaN where there was none."""
    found = np.full(len(calls), np.nan)
    for row, call in enumerate(calls):
        arrivals = [
            at_s for unit in call.units if (at_s := unit.stamps.at(RecordTime.ARRIVED)) is not None
        ]
        if arrivals and min(arrivals) >= call.received_s:
            found[row] = min(arrivals) - call.received_s
    return found


def simulated_response_s(outcomes: Sequence[ReplayedCall]) -> Float64:
    """[n] the same of a run; NaN where nobody arrived."""
    found = np.full(len(outcomes), np.nan)
    for row, call in enumerate(outcomes):
        first = call.first_arrival
        if first is not None and first.arrived_s is not None:
            found[row] = first.arrived_s - call.record.received_s
    return found
