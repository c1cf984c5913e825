"""How calls are handled: how long people take, how many units go, how fast they drive.

Everything that varies is kept as a curve of quantiles and drawn through its inverse, so that
invented manners and a place's own records look the same to whoever draws from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS, RunCards
from wardmote.core.simulation.people.manners import ColleagueManners, CrewManners, Duration
from wardmote.core.simulation.replay.demand import LONGEST_BUSY_S, demands
from wardmote.core.simulation.validation.library import LONGEST_TURNOUT_S
from wardmote.core.studies.arrivals import Arrivals, quantile_curve
from wardmote.core.studies.service import Service
from wardmote.core.studies.transport import Transport
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.vehicle_model import HOURS, LEVELS, VehicleModel

PRIORITIES = len(Priority)
MOST_UNITS = 6
"""A call that asks for more units is drawn with this many."""
BACK_OVER_OUT = 1.6
"""Driving to a post without lights takes this much longer than to a call."""
FEWEST = 8
"""A priority with fewer recorded durations takes those of all."""
_FIT_S: Float64 = np.linspace(30.0, 900.0, 30)
"""Free-flow times over which a fitted model is put on a straight line."""


@dataclass(frozen=True, slots=True, eq=False)
class Driving:
    """Driving time = access + factor x effect of the hour x free flow.

    Attributes:
        factor: on free flow, > 0.
        access_s: what every run takes however short.
        hour: float64 [24] effect of the local hour.
        error: float64 [65] what really happens over what is expected, quantiles at `LEVELS`.
    """

    factor: float
    access_s: float
    hour: Float64
    error: Float64

    @classmethod
    def of(cls, model: VehicleModel, freeflow_s: Float64 = _FIT_S) -> Driving:
        """A fitted model on the straight line nearest to it over the drives that there are.

        The twin's tables scale; the model bends. A line over longer drives than a place has would
        hardly tell near from far: in a dense city by a third of what the model does.

        Args:
            freeflow_s: float64 [k] of drives as the place has them; 30 s to 15 min by default.
        """
        typical = model.travel_s(freeflow_s)
        _, access_s = np.polyfit(freeflow_s, typical, 1)
        access_s = max(0.0, float(access_s))
        over = float(freeflow_s @ (typical - access_s)) / float(freeflow_s @ freeflow_s)
        factor = max(0.05, over)
        return cls(factor, access_s, model.travel_effects.hour.copy(), model.travel_error.copy())


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """Durations and numbers of units.

    Attributes:
        turnout_s: typical time from the order until a unit drives off from its post.
        reaction_s: the same for a unit on the road.
        turnout_error: float64 [65] really over typical.
        delay_s: float64 [65] from the call's coming in to the order.
        scene_s: float64 [4, 65] on scene, by priority, from 1.
        units: float64 [4, 6] share of the calls that ask for 1 .. 6 units at once.
        driving: how fast.
        records: durations on scene that this stands on; 0 for invented manners.
        arrivals: delays and first arrivals by priority, which go before `delay_s`, `turnout_error`
            and `driving.error` where calls are drawn; None where records do not say them.
        service: durations on scene and units by group of categories, which go before `scene_s` and
            `units` where calls are drawn; None where one curve serves all of a priority.
        transport: of units that take somebody to a hospital, which `scene_s` and `service` then
            leave out; None where nobody is taken.
    """

    turnout_s: float
    reaction_s: float
    turnout_error: Float64
    delay_s: Float64
    scene_s: Float64
    units: Float64
    driving: Driving
    records: int = 0
    arrivals: Arrivals | None = None
    service: Service | None = None
    transport: Transport | None = None

    @property
    def delay_typical_s(self) -> float:
        """Middle delay."""
        return float(np.interp(0.5, LEVELS, self.delay_s))

    @property
    def before_driving_s(self) -> float:
        """Typical time from the order until the wheels turn, and what every drive adds."""
        return self.turnout_s + self.driving.access_s

    @property
    def busy_s(self) -> Float64:
        """[4] mean time on scene by priority, times the units sent."""
        mean = np.asarray((self.scene_s[:, 1:] + self.scene_s[:, :-1]).mean(axis=1) / 2)
        if self.transport is not None:
            mean += self.transport.share * (self.transport.whole_s - mean)
        return np.asarray(mean * (self.units @ np.arange(1.0, MOST_UNITS + 1)), dtype=np.float64)

    def turning_out(self, turnout_s: float) -> Handling:
        """The same with another typical turnout."""
        return replace(self, turnout_s=turnout_s, reaction_s=min(self.reaction_s, turnout_s))


def drawn(curve: Float64, level: Float64) -> Float64:
    """Values of a curve of quantiles at levels in 0 .. 1."""
    return np.interp(level, LEVELS, curve)


def invented_handling(
    crew: CrewManners | None = None,
    colleague: ColleagueManners | None = None,
    cards: RunCards = POLICE_RUN_CARDS,
    categories: Sequence[tuple[str, Priority, float]] = (),
) -> Handling:
    """How the people of a generated place handle calls: plausible, not measured.

    Args:
        categories: category, priority and weight of the calls, from which the run cards tell how
            many units go; one unit each where none are given.
    """
    crew, colleague = crew or CrewManners(), colleague or ColleagueManners()
    outset = _sum_curve(crew.acknowledge, crew.set_out)
    typical_s = float(np.interp(0.5, LEVELS, outset))
    scene = _sum_curve(crew.first_report, crew.finish)
    units = np.zeros((PRIORITIES, MOST_UNITS))
    for category, priority, weight in categories:
        asked = sum(one.number for one in cards.card_for(category, priority).requirements(1))
        units[priority - 1, min(asked, MOST_UNITS) - 1] += weight
    units[units.sum(axis=1) == 0, 0] = 1.0
    nobody = np.ones(len(LEVELS))
    return Handling(
        turnout_s=typical_s,
        reaction_s=crew.acknowledge.median_s,
        turnout_error=outset / typical_s,
        delay_s=np.full(len(LEVELS), colleague.patience_s),
        scene_s=np.tile(scene, (PRIORITIES, 1)),
        units=units / units.sum(axis=1, keepdims=True),
        driving=Driving(crew.haste, 0.0, np.ones(HOURS), nobody),
    )


def _sum_curve(first: Duration, second: Duration) -> Float64:
    """Quantiles of the sum of two independent log-normal durations, from their own quantiles.

    Both are cut into 400 equally likely steps; the 160,000 sums are as good as the distribution.
    """
    steps = (np.arange(400) + 0.5) / 400
    normal = _normal_quantile(steps)
    parts = [
        np.minimum(one.median_s * np.exp(one.spread * normal), one.longest_s)
        for one in (first, second)
    ]
    return np.asarray(np.quantile(np.add.outer(*parts), LEVELS), dtype=np.float64)


def _normal_quantile(level: Float64) -> Float64:
    """Quantiles of the standard normal by Acklam's rational approximation, error < 1.2e-9."""
    a = (-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690,
         -30.66479806614716, 2.506628277459239)  # fmt: skip
    b = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
         -13.28068155288572, 1.0)  # fmt: skip
    c = (-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
         4.374664141464968, 2.938163982698783)  # fmt: skip
    d = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    tail = np.minimum(level, 1 - level)
    far = np.sqrt(-2 * np.log(np.maximum(tail, 1e-300)))
    outer = -np.polyval(c, far) / np.polyval(d, far)
    q = level - 0.5
    inner = q * np.polyval(a, q * q) / np.polyval(b, q * q)
    outside = np.where(level < 0.5, -outer, outer)
    return np.asarray(np.where(tail < 0.02425, outside, inner), dtype=np.float64)


def recorded_handling(
    calls: Sequence[CallRecord], model: VehicleModel | None, freeflow_s: Float64 | None = None
) -> Handling:
    """How a place's own records say that calls are handled; what they do not say is invented.

    Args:
        model: driving and turnout as fitted; without one those of a generated place.
        freeflow_s: of drives as the place has them, for `Driving.of`; None where nobody knows.
    """
    invented = invented_handling()
    asked = demands(calls)
    scene: list[list[float]] = [[] for _ in range(PRIORITIES)]
    units = np.zeros((PRIORITIES, MOST_UNITS))
    delay, outset = [], []
    for call, wanted in zip(calls, asked, strict=True):
        row = (call.priority or Priority.ROUTINE) - 1
        if not call.units:
            continue
        jobs = wanted.waves[0].jobs
        units[row, min(len(jobs), MOST_UNITS) - 1] += 1
        scene[row] += [
            job.on_scene_s for job in jobs if job.on_scene_s is not None and not job.assumed
        ]
        delay.append(wanted.waves[0].at_s - call.received_s)
        outset += [
            found
            for unit in call.units
            if (found := unit.stamps.interval_s(RecordTime.ASSIGNED, RecordTime.EN_ROUTE))
            is not None and 0 <= found <= LONGEST_TURNOUT_S
        ]  # fmt: skip
    everything = [one for part in scene for one in part]
    units[units.sum(axis=1) == 0, 0] = 1.0
    curves = [
        _curve(part if len(part) >= FEWEST else everything, invented.scene_s[0]) for part in scene
    ]
    turnout = _curve(outset, invented.turnout_error * invented.turnout_s)
    turnout_s = max(1.0, float(np.interp(0.5, LEVELS, turnout)))
    late = [one for one in delay if 0 <= one <= LONGEST_BUSY_S]
    return Handling(
        turnout_s=turnout_s,
        reaction_s=min(invented.reaction_s, turnout_s),
        turnout_error=turnout / turnout_s,
        delay_s=_curve(late, invented.delay_s),
        scene_s=np.array(curves),
        units=units / units.sum(axis=1, keepdims=True),
        driving=invented.driving
        if model is None
        else Driving.of(model, _FIT_S if freeflow_s is None else freeflow_s),
        records=len(everything),
    )


def _curve(values: Sequence[float], otherwise: Float64) -> Float64:
    if len(values) < FEWEST:
        return otherwise
    return quantile_curve(values)
