"""Plans tried on the twin: every plan under every scenario meets the same calls.

Runs are independent; a run's calls come from its seed alone (common random numbers), so that plans
differ by what they do and not by luck. The same seed gives the same answer on any number of
workers. When told to stop, whole rounds of runs that are finished count, and the outcome says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.policies.preempt import SHIPPED, Preemption
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.replications import replicate
from wardmote.core.simulation.twin.tables import State, World
from wardmote.core.simulation.twin.twin import world_of
from wardmote.core.studies.figures import Outcome
from wardmote.core.studies.fleets import PlannedFleet, fleet_of, spoken
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.measuring import RunFigures, measure_run
from wardmote.core.studies.outcomes import Tried, outcome_of
from wardmote.core.studies.plan import Plan, PlannedPost
from wardmote.core.studies.reach import Reaching
from wardmote.core.studies.scenario import AS_USUAL, RoadClosure, Scenario
from wardmote.core.studies.study_areas import StudyAreas, areas_of
from wardmote.core.studies.transport import hospitals_of
from wardmote.core.studies.trial_limits import check_trial
from wardmote.core.studies.trial_roads import (
    TrialRoads,
    hospital_of,
    parts_of,
    prepare_roads,
)
from wardmote.core.studies.trial_twin import twin_of
from wardmote.core.studies.worlds import (
    DAY_S,
    WARM_UP_DAYS,
    DrawnDemand,
    draw_demand,
    draw_refusals,
)
from wardmote.core.travel.graph import Bool

FEWEST_RUNS = 2
"""One run says nothing about how far it may be from the truth."""
MOST_RUNS = 1_000
MOST_DAYS = 366.0
OVERTIME_H = 6
"""Hours after the last day in which the last calls are finished without being counted as time."""
ROUND = 2
"""Runs of a plan before the next plan has its turn, per worker."""


KeptRoads = dict[tuple[RoadClosure, ...], TrialRoads]
"""Prepared roads by what is closed on them; of one place, under one way of driving."""


@dataclass(frozen=True, slots=True)
class TrialSetting:
    """How much is simulated.

    Attributes:
        seed: of the first run; run k has seed + k.
        runs: for each plan and scenario.
        days: counted in each run, beside the warm-up day.
        workers: threads; the answer does not depend on it.

    Raises:
        Problem: a number is out of range.
    """

    seed: int = 1
    runs: int = 10
    days: float = 14.0
    workers: int = 1

    def __post_init__(self) -> None:
        checks = (
            (self.seed >= 0, "随机种子", "The seed", ">= 0"),
            (
                FEWEST_RUNS <= self.runs <= MOST_RUNS,
                "运行次数",
                "The number of runs",
                f"{FEWEST_RUNS}-{MOST_RUNS}",
            ),
            (0 < self.days <= MOST_DAYS, "天数", "The number of days", f"> 0, <= {MOST_DAYS:g}"),
            (1 <= self.workers <= 256, "线程数", "The number of workers", "1-256"),
        )
        for good, zh, en, allowed in checks:
            if not good:
                raise Problem(zh=f"{zh}应为 {allowed}。", en=f"{en} must be {allowed}.")


def run_trial(
    ground: Ground,
    plans: Sequence[Plan],
    scenarios: Sequence[Scenario],
    setting: TrialSetting,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[int, int], None] = lambda done, of: None,
    kept: KeptRoads | None = None,
    keeping: CoverKeepingRule | None = None,
    preemption: Preemption | None = SHIPPED,
) -> Outcome:
    """Try plans under scenarios; the first plan is what the others are compared with.

    Args:
        keeping: the rule for dispatch that is in force beside every plan; None where the nearest
            unit goes.
        preemption: the rule by which the room is advised to take units off lesser calls, which is
            followed here; None where nobody is taken.
        scenarios: `AS_USUAL` where none are given.
        report: told how many runs are done, and of how many.
        kept: roads of earlier trials of the same place, used again where they hold all posts, and
            filled with those that were prepared now.

    Raises:
        Problem: two plans (or scenarios) have one code, it is too much or leaves a festival out
            (`check_trial`), a post is off every road, no unit is left,
            or it was told to stop before every plan had two runs.
    """
    scenarios = list(scenarios) or [AS_USUAL]
    _require_distinct(plans, scenarios)
    check_trial(plans, scenarios, runs=setting.runs, days=setting.days)
    areas, reaching = areas_of(ground), Reaching(ground)
    cases = [
        _Case(ground, plan, scenario, roads, setting, areas, keeping, preemption)
        for scenario, roads in _roads_of(
            ground, plans, scenarios, should_stop, {} if kept is None else kept
        )
        for plan in plans
    ]
    _run_in_rounds(cases, setting, should_stop, report)
    return outcome_of(
        ground,
        _tried(cases, reaching),
        seed=setting.seed,
        runs_asked=setting.runs,
        days=setting.days,
        areas=areas.areas,
    )


def _run_in_rounds(
    cases: Sequence[_Case],
    setting: TrialSetting,
    should_stop: Callable[[], bool],
    report: Callable[[int, int], None],
) -> None:
    """A few runs of each case in turn, until all are done or it is told to stop."""
    size = ROUND * setting.workers
    done = 0
    for start in range(0, setting.runs, size):
        seeds = [setting.seed + k for k in range(start, min(start + size, setting.runs))]
        for case in cases:
            for run in replicate(
                case.twin,
                case.world,
                case.measure,
                seeds,
                workers=setting.workers,
                should_stop=should_stop,
            ):
                case.runs.append(run)
                done += 1
                report(done, setting.runs * len(cases))
        if should_stop():
            return


def _tried(cases: Sequence[_Case], reaching: Reaching) -> list[Tried]:
    """The runs that every case has, so that all are compared by the same seeds.

    Raises:
        Problem: they are too few to compare.
    """
    runs = min(len(case.runs) for case in cases)
    if runs < FEWEST_RUNS:
        raise _stopped()
    return [
        Tried(
            case.plan,
            case.scenario,
            case.fleet,
            tuple(case.runs[:runs]),
            reaching.of(case.fleet.posts, case.scenario.roads_closed),
        )
        for case in cases
    ]


def _stopped() -> Problem:
    return Problem(
        zh="在每个方案都至少完成两次模拟之前已停止，没有结果。",
        en="It was stopped before every plan had two runs, so there is no outcome.",
    )


def _require_distinct(plans: Sequence[Plan], scenarios: Sequence[Scenario]) -> None:
    for kind_zh, kind_en, codes in (
        ("方案", "plans", [plan.code for plan in plans]),
        ("情景", "scenarios", [one.code for one in scenarios]),
    ):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise Problem(
                zh=f"两个{kind_zh}的代码相同：{', '.join(twice)}；请改其中一个的 code。",
                en=f"Two {kind_en} have the same code: {', '.join(twice)}; change one of them.",
            )
    if not plans:
        raise Problem(zh="没有要试的方案。", en="There is no plan to try.")


def _roads_of(
    ground: Ground,
    plans: Sequence[Plan],
    scenarios: Sequence[Scenario],
    should_stop: Callable[[], bool],
    kept: KeptRoads,
) -> list[tuple[Scenario, TrialRoads]]:
    """Roads of each scenario, prepared once for the same closures and all posts."""
    posts: list[PlannedPost] = [post for plan in plans for post in plan.posts]
    posts += [post for one in scenarios for post in one.add_posts]
    found = []
    points = ground.points.places
    hospitals = () if ground.handling.transport is None else hospitals_of(ground.book)
    for one in scenarios:
        if should_stop():
            raise _stopped()
        roads = kept.get(one.roads_closed)
        if roads is None or not roads.holds(posts, points, hospitals):
            roads = prepare_roads(
                ground.travel, posts, one.roads_closed, points=points, hospitals=hospitals
            )
            kept[one.roads_closed] = roads
        found.append((one, roads))
    return found


class _Case:
    """A plan under a scenario, ready to run."""

    def __init__(
        self,
        ground: Ground,
        plan: Plan,
        scenario: Scenario,
        prepared: TrialRoads,
        setting: TrialSetting,
        areas: StudyAreas,
        keeping: CoverKeepingRule | None,
        preemption: Preemption | None,
    ) -> None:
        self.plan, self.scenario, self._areas = plan, scenario, areas
        self.runs: list[RunFigures] = []
        self._drawn: dict[int, tuple[DrawnDemand, Bool]] = {}
        self._ground, self._days = ground, setting.days
        self._hours = round((setting.days + WARM_UP_DAYS) * 24)
        fleet = fleet_of(plan, scenario)
        roads, places = prepared.of_posts(fleet.posts)
        post_part, node_part = parts_of(roads, places)
        units = np.flatnonzero(post_part[fleet.home] >= 0)
        if not len(units):
            raise Problem(
                zh=f"方案“{spoken(plan, 'zh')}”在情景“{spoken(scenario, 'zh')}”下"
                "没有单位能够通行。",
                en=f"No unit of the plan “{spoken(plan, 'en')}” can drive anywhere under the "
                f"what-if “{spoken(scenario, 'en')}”.",
            )
        self.fleet = PlannedFleet(fleet.posts, fleet.home[units], fleet.on_duty[units])
        self._node, self._km = prepared.nodes_of(ground.points.places)
        kind = post_part[self.fleet.home].astype(np.int32)
        self._part = node_part[self._node]
        self._hospital = hospital_of(roads, places, self._node, node_part)
        self._lost_point = ~np.isin(self._part, kind)
        self.twin = twin_of(
            ground,
            plan,
            self.fleet,
            kind,
            roads,
            places,
            self._node,
            self._km,
            refused_share=scenario.refused_share,
            keeping=keeping,
            preemption=preemption,
        )

    def world(self, seed: int) -> World:
        """What happens in a run."""
        ground = self._ground
        demand = draw_demand(ground.points, ground.handling, self.scenario, seed, self._days)
        lost = self._lost_point[demand.point]
        kept = np.flatnonzero(~lost)
        calls_i, calls_f = demand.calls_i[kept], demand.calls_f[kept]
        calls_i[:, c.PLACE_NODE] = self._node[demand.point[kept]]
        taken = calls_i[:, c.HOSPITAL] != c.NO_HOSPITAL
        calls_i[taken, c.HOSPITAL] = self._hospital[demand.point[kept][taken]]
        nowhere = np.flatnonzero(taken & (calls_i[:, c.HOSPITAL] == c.NO_HOSPITAL))
        # Cut off from every hospital: handed over on the spot.
        calls_f[nowhere, c.SCENE_S] += calls_f[nowhere, c.HANDOVER_S]
        calls_i[:, c.KINDS] = 1 << self._part[demand.point[kept]]
        calls_f[:, c.PLACE_KM] = self._km[demand.point[kept]]
        targets = ground.targets_s()[
            ground.points.place_class[demand.point[kept]], calls_i[:, c.PRIORITY]
        ]
        world = world_of(
            calls_f,
            calls_i,
            self.fleet.agenda(self.scenario, seed, self._hours),
            target_s=np.ascontiguousarray(targets),
            refusal=draw_refusals(self.scenario, seed),
        )
        self._drawn[id(world)] = (demand, lost)
        return world

    def measure(self, world: World, state: State) -> RunFigures:
        """Figures of a run that is over."""
        demand, lost = self._drawn.pop(id(world))
        hours = self._hours
        if state.now_s[0] > (hours + OVERTIME_H) * 3_600:
            # The queue outlived the calls: work and time on duty are counted until it was empty.
            hours = int(np.ceil(state.now_s[0] / 3_600))
        return measure_run(
            self._ground,
            demand,
            lost,
            state,
            self.fleet.home,
            self.fleet.duty_s(hours),
            hours * 3_600 / DAY_S,
            self._areas,
        )
