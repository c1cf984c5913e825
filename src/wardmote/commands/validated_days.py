"""The days that `wardmote twin validate` foretells, by either engine, beside what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wardmote.commands.language import say
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.replay.fleet import post_key
from wardmote.core.simulation.validation.comparison import Comparison, by_group, compare
from wardmote.core.simulation.validation.doubts import waited
from wardmote.core.simulation.validation.experiment import (
    FittedRoom,
    fit_replay,
    recorded_response_s,
    simulate,
    simulated_response_s,
)
from wardmote.core.simulation.validation.limits import NOT_MODELLED
from wardmote.core.simulation.validation.report import (
    BAND_HOURS,
    Engine,
    Foretold,
    error_map,
    replay_fit,
    validation_report,
)
from wardmote.core.simulation.validation.window import Window
from wardmote.core.studies.recorded_trial import (
    NOT_MODELLED_IN_TRIALS,
    play,
    recorded_trial,
    trial_fit,
)
from wardmote.core.travel.graph import INF_MS, Float64


@dataclass(frozen=True, slots=True, eq=False)
class DaysAhead:
    """The calls to foretell, and what is done about them."""

    window: Window
    calls: tuple[CallRecord, ...]
    recorded_s: Float64
    areas: list[str]
    runs: int
    seed: int
    check: bool

    @classmethod
    def of(
        cls,
        room: FittedRoom,
        calls: tuple[CallRecord, ...],
        window: Window,
        runs: int,
        seed: int,
        *,
        check: bool,
    ) -> DaysAhead:
        """The calls of a window.

        Raises:
            Problem: there are none, or the records say of none when anybody arrived.
        """
        asked = window.of(calls)
        if not asked:
            raise Problem(
                zh="预测日期内没有警情。", en="There are no calls in the days to foretell."
            )
        recorded_s = recorded_response_s(asked)
        if np.isnan(recorded_s).all():
            raise Problem(
                zh="预测日期内的记录没有写明任何一次到场时间，无从比较。",
                en="The records of the days to foretell say of no call when anybody arrived, so "
                "there is nothing to compare with.",
            )
        return cls(window, asked, recorded_s, _areas(room, asked), runs, seed, check)

    @property
    def seeds(self) -> list[int]:
        """Of the runs."""
        return [self.seed + 1_000 + number for number in range(self.runs)]

    @property
    def check_seed(self) -> int:
        """Of the run over the days fitted on."""
        return self.seed + 500


def replayed(
    plain: FittedRoom, ahead: DaysAhead, about: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Report and map of the replay's engine."""
    room = fit_replay(plain)
    made, waiting = [], 0.0
    for number, seed in enumerate(ahead.seeds):
        say(f"模拟 {number + 1} / {ahead.runs}", f"Run {number + 1} of {ahead.runs}", error=True)
        outcomes = simulate(room, ahead.calls, ahead.window, seed)
        made.append(simulated_response_s(outcomes))
        waiting += waited(outcomes) / ahead.runs
    inside = None
    if ahead.check:
        again = simulate(room, room.past, room.window, ahead.check_seed)
        inside = compare(recorded_response_s(room.past), simulated_response_s(again)[None, :])
    found = _beside(Engine.REPLAY, room, ahead, np.array(made), inside, waiting)
    fitted, times = replay_fit(room), room.times_known
    report = validation_report(about, room, ahead.window, found, fitted, times, NOT_MODELLED)
    return report, error_map(found.areas, found.bands)


def tried(
    room: FittedRoom, book: PlaceBook, ahead: DaysAhead, about: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Report and map of the engine that tries plans."""
    say("方案试算的引擎", "The engine that tries plans", error=True)
    trial = recorded_trial(room, book)
    made = play(trial, ahead.calls, ahead.window, ahead.seeds)
    inside = None
    if ahead.check:
        (again,) = play(trial, room.past, room.window, [ahead.check_seed])
        inside = compare(recorded_response_s(room.past), again.response_s[None, :])
    runs_s = np.array([run.response_s for run in made])
    waiting = float(np.mean([run.waited for run in made]))
    found = _beside(Engine.TRIAL, room, ahead, runs_s, inside, waiting)
    fitted = trial_fit(trial)
    report = validation_report(
        about, room, ahead.window, found, fitted, fitted["times"], NOT_MODELLED_IN_TRIALS
    )
    return report, error_map(found.areas, found.bands)


def _beside(
    engine: Engine,
    room: FittedRoom,
    ahead: DaysAhead,
    runs_s: Float64,
    inside: Comparison | None,
    waiting: float,
) -> Foretold:
    """Runs beside the record, float64 [R, n]: as a whole, by hour, by area, by both.

    Raises:
        Problem: no call could be simulated.
    """
    if np.isnan(runs_s).all():
        raise Problem(
            zh="预测日期内的警情都不在这座城市的道路上，无法模拟。",
            en="No call of the days to foretell lies on the roads of this city; none can be "
            "simulated.",
        )
    calls, recorded_s, names = ahead.calls, ahead.recorded_s, ahead.areas
    lon, lat = _where(calls)
    hour = [room.local_hour(call.received_s) for call in calls]
    band = np.array(hour) // BAND_HOURS * BAND_HOURS
    bands = {}
    for first in range(0, 24, BAND_HOURS):
        here = np.flatnonzero(band == first)
        those = [names[row] for row in here.tolist()]
        bands[first] = by_group(those, recorded_s[here], runs_s[:, here], lon[here], lat[here])
    return Foretold(
        engine,
        inside,
        compare(recorded_s, runs_s),
        by_group([f"{one:02d}" for one in hour], recorded_s, runs_s),
        by_group(names, recorded_s, runs_s, lon, lat),
        bands,
        waiting,
    )


def _where(calls: tuple[CallRecord, ...]) -> tuple[Float64, Float64]:
    """Longitudes and latitudes; NaN unknown."""
    lon = np.array([np.nan if call.lon is None else call.lon for call in calls])
    lat = np.array([np.nan if call.lat is None else call.lat for call in calls])
    return lon, lat


def _areas(room: FittedRoom, calls: tuple[CallRecord, ...]) -> list[str]:
    """The station that the source calls responsible, else the post nearest by road."""
    lon, lat = _where(calls)
    names = [post_key(call.station_area) if call.station_area else "" for call in calls]
    blank = [row for row, name in enumerate(names) if not name and np.isfinite(lon[row])]
    if blank:
        places = room.travel.snap(lon[blank], lat[blank])
        homes = room.travel.snap([p.lon for p in room.posts], [p.lat for p in room.posts])
        times = np.stack(
            [room.travel.drive_times(homes.rows([row]), places) for row in range(len(room.posts))]
        )
        for column, row in enumerate(blank):
            best = int(times[:, column].argmin())
            if times[best, column] < INF_MS:
                names[row] = str(room.posts[best].post_id)
    return names
