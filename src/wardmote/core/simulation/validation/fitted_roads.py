"""Times from alert to arrival as the days fitted on had them, by kind of unit, priority and part.

The vehicle model is fitted on runs that began at a known home. Most runs do not: ambulances wait at
street corners that no record names, and calls of low priority are driven without lights. What the
simulation then gets wrong it gets wrong in the days fitted on too, so it is corrected there: the
distribution of simulated times of each group is stretched onto the recorded one (quantile mapping:
Maraun, doi:10.1175/JCLI-D-12-00821.1). A longer way stays a longer way. It is the whole time from
alert to arrival that is stretched: where a crew presses "en route" only when it arrives, turnout
and drive are each wrong and their sum is right.

The part that a unit has in a call matters too: one that goes alone hurries less than one that goes
with others, and reinforcements are often round the corner already.

Times to one call are alike, for the traffic and the finding of the door are the same; how much
alike is the correlation of the recorded times of calls with several units.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.simulation.replay.demand import WAVE_S, Job
from wardmote.core.simulation.replay.outcome import ReplayedCall
from wardmote.core.simulation.replay.roads import LocalHour, RoadModel
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import LEVELS, LONGEST_S, VehicleModel

LEAST_RUNS = 40
"""A group with fewer times is corrected like its kind, or all."""


class Part(StrEnum):
    """What a unit is to a call."""

    ANY = ""
    ALONE = "alone"
    AMONG_FIRST = "among the first"
    LATER = "later"


Group = tuple[str, str, Part]
"""Kind of unit, priority of the call, and part in it; an empty text means any."""

MAP_LEVELS: Float64 = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Simulated seconds -> recorded seconds, both float64 [101] at `MAP_LEVELS`."""

    simulated_s: Float64
    recorded_s: Float64

    def of(self, seconds: float) -> float:
        """The recorded time of the same rank; beyond the longest, in proportion."""
        last = float(self.simulated_s[-1])
        if seconds >= last > 0:
            return seconds * float(self.recorded_s[-1]) / last
        return float(np.interp(seconds, self.simulated_s, self.recorded_s))


@dataclass(frozen=True, slots=True)
class TimeFit:
    """What corrects the vehicle model.

    Attributes:
        stretches: by group; empty before there is anything to compare with.
        alike: correlation of the errors of times to one call, 0 <= r < 1.
    """

    stretches: Mapping[Group, Stretch] = field(default_factory=dict)
    alike: float = 0.0

    def stretch(self, kind: str, priority: str, part: Part) -> Stretch | None:
        """The narrowest group that there is."""
        for group in _groups(kind, priority, part):
            found = self.stretches.get(group)
            if found is not None:
                return found
        return None


class FittedRoads(RoadModel):
    """A road model that draws times as the days fitted on had them."""

    def __init__(
        self,
        travel: TravelTimes,
        model: VehicleModel,
        local_hour: LocalHour,
        fit: TimeFit,
        seed: int,
    ) -> None:
        super().__init__(travel, model, local_hour)
        self._fit = fit
        self._seed = seed

    def sent(
        self,
        call: ReplayedCall,
        job: Job,
        freeflow_s: float,
        kind: str,
        now_s: float,
        rng: np.random.Generator,
    ) -> tuple[float, float]:
        """The donor's turnout, and a drive over the way that this unit has, stretched together."""
        turnout_s, _ = self.drawn(freeflow_s, kind, now_s, rng)
        if job.turnout_s is not None:
            turnout_s = job.turnout_s
        row = self.model.kinds.index(kind) if kind in self.model.kinds else -1
        typical_s = float(self.model.travel_s(freeflow_s, row, self.local_hour(now_s)))
        level = self._level(call, rng)
        drive_s = typical_s * float(np.interp(level, LEVELS, self.model.travel_error))
        part = part_of(call.asked, now_s - call.ordered_s)
        stretch = self._fit.stretch(kind, call.record.source_priority, part)
        if stretch is None:
            return turnout_s, drive_s
        whole_s = stretch.of(turnout_s + drive_s)
        turnout_s = min(turnout_s, whole_s)
        return turnout_s, whole_s - turnout_s

    def _level(self, call: ReplayedCall, rng: np.random.Generator) -> float:
        """A level in 0 .. 1, alike for the times to one call (a Gaussian copula)."""
        own = float(rng.standard_normal())
        # The same number for the same call, whoever is sent and in whatever order.
        shared = np.random.default_rng([self._seed, int(call.record.digest[:12], 16)])
        common = float(shared.standard_normal())
        mixed = math.sqrt(self._fit.alike) * common + math.sqrt(1 - self._fit.alike) * own
        return 0.5 * (1 + math.erf(mixed / math.sqrt(2)))


def part_of(asked: int, after_s: float) -> Part:
    """The part of a unit that was sent so long after the first order of a call.

    Args:
        asked: how many units the call asks for in all.
    """
    if asked <= 1:
        return Part.ALONE
    return Part.AMONG_FIRST if after_s <= WAVE_S else Part.LATER


@dataclass(frozen=True, slots=True)
class UnitTime:
    """How long one unit took from alert to arrival.

    Attributes:
        call: number of the call.
    """

    call: str
    priority: str
    kind: str
    part: Part
    whole_s: float


def recorded_times(calls: Sequence[CallRecord]) -> list[UnitTime]:
    """Times in 0 <= t <= `LONGEST_S`; 0 is a unit that was there already."""
    found = []
    for call in calls:
        assigned_s = [unit.stamps.at(RecordTime.ASSIGNED) for unit in call.units]
        first_s = min((at_s for at_s in assigned_s if at_s is not None), default=0.0)
        for unit, at_s in zip(call.units, assigned_s, strict=True):
            whole_s = unit.stamps.interval_s(RecordTime.ASSIGNED, RecordTime.ARRIVED)
            if at_s is None or whole_s is None or not 0 <= whole_s <= LONGEST_S:
                continue
            part = part_of(len(call.units), at_s - first_s)
            found.append(UnitTime(call.number, call.source_priority, unit.kind, part, whole_s))
    return found


def simulated_times(outcomes: Sequence[ReplayedCall]) -> list[UnitTime]:
    """The same of simulated units."""
    return [
        UnitTime(call.record.number, call.record.source_priority, unit.kind, part, whole_s)
        for call in outcomes
        for unit in call.units
        if unit.arrived_s is not None
        and 0 <= (whole_s := unit.arrived_s - unit.assigned_s) <= LONGEST_S
        for part in [part_of(call.asked, unit.assigned_s - call.ordered_s)]
    ]


def fit_times(recorded: Sequence[UnitTime], simulated: Sequence[UnitTime]) -> TimeFit:
    """What must be done to times simulated without any correction.

    Simulated times to one call are somewhat alike by themselves, as a remote place is remote to
    all; only what is missing to the recorded likeness is put on their errors.
    """
    real, made = _by_group(recorded), _by_group(simulated)
    stretches = {
        group: Stretch(
            np.quantile(np.asarray(made[group]), MAP_LEVELS),
            np.quantile(np.asarray(times), MAP_LEVELS),
        )
        for group, times in real.items()
        if len(times) >= LEAST_RUNS and len(made.get(group, ())) >= LEAST_RUNS
    }
    by_itself, wanted = likeness(simulated), likeness(recorded)
    alike = (wanted - by_itself) / (1 - by_itself)
    return TimeFit(stretches, float(np.clip(alike, 0.0, 0.95)))


def likeness(times: Sequence[UnitTime]) -> float:
    """Correlation of the ranks of times to one call, each rank within its narrowest group.

    0 when there are fewer than `LEAST_RUNS` pairs, or for a negative one; at most 0.95.
    """
    ordered = {group: np.sort(np.asarray(rows)) for group, rows in _by_group(times).items()}
    ranks: dict[str, list[float]] = defaultdict(list)
    for one in times:
        among = ordered[one.kind, one.priority, one.part]
        rank = float(np.searchsorted(among, one.whole_s, side="right")) / len(among)
        ranks[one.call].append(rank)
    pairs = [(a, b) for own in ranks.values() for row, a in enumerate(own) for b in own[row + 1 :]]
    if len(pairs) < LEAST_RUNS:
        return 0.0
    table = np.array(pairs)
    both = np.concatenate((table, table[:, ::-1]))
    return float(np.clip(np.corrcoef(both[:, 0], both[:, 1])[0, 1], 0.0, 0.95))


def _by_group(times: Sequence[UnitTime]) -> dict[Group, list[float]]:
    """Seconds under each time's own group and the wider ones."""
    found: dict[Group, list[float]] = defaultdict(list)
    for one in times:
        for group in set(_groups(one.kind, one.priority, one.part)):
            found[group].append(one.whole_s)
    return found


def _groups(kind: str, priority: str, part: Part) -> tuple[Group, ...]:
    """Groups that a time belongs to, the narrowest first."""
    return (
        (kind, priority, part),
        (kind, priority, Part.ANY),
        (kind, "", Part.ANY),
        ("", priority, Part.ANY),
        ("", "", Part.ANY),
    )
