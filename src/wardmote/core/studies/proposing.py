"""Posts proposed for a place: the question put to the solvers of `core.planning.siting`.

Every proposal says what it is worth, what no plan can beat, and an honest status. Where the solver
is stopped it hands back the best plan so far, with its gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import UNWATCHED, Control, Progress, Siting, Status
from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.cover_sets import CoverSets, cover_sets
from wardmote.core.planning.siting.expected_cover import (
    backup_cover,
    corrected_cover,
    expected_cover,
)
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.median import p_median
from wardmote.core.planning.siting.pareto import pareto_front
from wardmote.core.planning.siting.problem import NO_LIMIT_MS
from wardmote.core.planning.siting.set_cover import cover_all
from wardmote.core.studies.busy_shares import BusyMeter
from wardmote.core.studies.documents import number
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.part import Part, posts_elsewhere
from wardmote.core.studies.plan import PATROL_KINDS, BusyUsed, Plan, PlannedPost, PlanProof
from wardmote.core.studies.posts_needed import PostsNeeded
from wardmote.core.studies.questions import PostObjective, PostQuestion
from wardmote.core.studies.siting_rows import (
    DemandRows,
    SiteRows,
    demand_rows,
    site_rows,
    siting_problem,
)
from wardmote.core.travel.graph import Bool, Float64, Int32

_NAMES = {
    PostObjective.COVER_ALL: Bilingual("最少快反点", "Fewest posts"),
    PostObjective.MOST_COVER: Bilingual("最大覆盖", "Most cover"),
    PostObjective.EXPECTED_COVER: Bilingual("期望覆盖", "Expected cover"),
    PostObjective.BACKUP_COVER: Bilingual("双重覆盖", "Backup cover"),
    PostObjective.MEAN_TIME: Bilingual("平均最短", "Least mean time"),
    PostObjective.FARTHEST: Bilingual("最远最短", "Nearest farthest"),
    PostObjective.FRONT: Bilingual("多标准", "Several standards"),
}
_UNITS = {
    PostObjective.COVER_ALL: "posts",
    PostObjective.MEAN_TIME: "seconds",
    PostObjective.FARTHEST: "seconds",
}
_ROUNDS = 8
"""Of placing units and measuring how busy they are, at most."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the search stands, in the words of the plan's proof.

    Attributes:
        stage: a `core.planning.siting.answer.Stage`.
        value, bound: as in `PlanProof`; None where there is none yet.
        of, unit: as in `PlanProof`.
    """

    stage: str
    value: float | None
    bound: float | None
    of: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with its proof, or the proof that there is none.

    Attributes:
        plan: None where no plan keeps the conditions, or none was found before the stop.
        in_reach_share: of the calls that the standard measures, those that a post of the plan
            reaches within the target if a unit is there.
        reachable_share: the most that all candidates together could.
        front: of several standards: the plans, from the best by the first standard to the best by
            the last, each with its shares in reach by standard.
        front_ended: whether the front was walked to its end.
        needed: where the posts allowed are too few to reach all that can be reached.
    """

    plan: Plan | None
    proof: PlanProof
    in_reach_share: float
    reachable_share: float
    front: tuple[tuple[Plan, tuple[float, ...]], ...] = ()
    front_ended: bool = False
    needed: PostsNeeded | None = None

    @property
    def status(self) -> str:
        """``proven``, ``bounded``, ``stopped`` or ``infeasible``."""
        return self.proof.status


def unwatched(standing: Standing) -> None:
    """Nobody wants to know where the search stands."""
    del standing


def propose_posts(
    ground: Ground,
    question: PostQuestion,
    control: Control = UNWATCHED,
    *,
    part: Part | None = None,
    code: str = "proposed",
    name: Bilingual | None = None,
    watch: Callable[[Standing], None] = unwatched,
) -> Proposal:
    """Posts for a place, or for a part of it.

    Args:
        control: when to stop, whom to tell, the seed.
        part: whose posts and calls the question is about: posts, units and budget are those of the
            part, and posts elsewhere are in the plan as they stand. None: the whole place.
        watch: told where the search stands, whenever `control` is.

    Raises:
        Problem: the question cannot be asked of this place; what to change is said.
    """
    sites = site_rows(ground, question, part)
    rows = demand_rows(ground, (ground.standard, *question.also), part, question.weights)
    if not any(rows.measured):
        raise Problem(
            zh=f"标准 {ground.standard.code} 不涉及这里的任何警情。",
            en=f"The standard {ground.standard.code} measures none of the calls here.",
        )
    asked = _Asked(ground, question, part, sites, rows, control)
    asked = replace(asked, control=replace(control, report=asked.told(watch)))
    title = name or _NAMES[question.objective]
    if question.objective is PostObjective.FRONT:
        return _front(asked, code, title)
    siting, busy = _solve(asked)
    found = _proposal(asked, siting, code, title, busy)
    if found.plan is None and question.objective is PostObjective.COVER_ALL:
        return replace(found, needed=_needed(asked))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question on its ground, with all that is derived from them."""

    ground: Ground
    question: PostQuestion
    part: Part | None
    sites: SiteRows
    rows: DemandRows
    control: Control

    @property
    def unit(self) -> str:
        """Of values and bounds."""
        calls = "weighted_calls_a_year" if self.question.weighted else "calls_a_year"
        return _UNITS.get(self.question.objective, calls)

    @property
    def of(self) -> float | None:
        """All that the standard measures, where values are calls."""
        return None if self.question.objective in _UNITS else self.rows.measured[0]

    def shown(self, value: float | None) -> float | None:
        """A value or bound of the solvers in the unit of the proof; None where it is not finite."""
        if value is None:
            return None
        objective = self.question.objective
        if objective is PostObjective.COVER_ALL:
            return number(value - self.sites.spent)
        factor = 1.0
        if self.unit == "seconds":
            factor = self.ground.handling.driving.factor / 1000.0
        if objective is PostObjective.MEAN_TIME:
            factor /= float(self.rows.demand.sum())
        return number(value * factor)

    def told(self, watch: Callable[[Standing], None]) -> Callable[[Progress], None]:
        """The control's reporter, which tells `watch` as well."""
        before = self.control.report
        single = self.question.objective is not PostObjective.FRONT

        def report(progress: Progress) -> None:
            before(progress)
            value = self.shown(progress.value) if single else None
            bound = self.shown(progress.bound) if single else None
            watch(Standing(progress.stage.value, value, bound, self.of, self.unit))

        return report


def _solve(asked: _Asked) -> tuple[Siting, BusyUsed | None]:
    problem = siting_problem(asked.rows, asked.sites)
    question, control = asked.question, asked.control
    objective, sites = question.objective, asked.sites.sites
    if objective is PostObjective.MEAN_TIME:
        return p_median(problem, control), None
    if objective is PostObjective.FARTHEST:
        if sites.budget_binds:
            raise Problem(
                zh="“最远最短”不考虑预算；请限制快反点数。",
                en="The nearest farthest knows no budget; limit the number of posts instead.",
            )
        return p_center(problem, control), None
    if objective is PostObjective.EXPECTED_COVER:
        return _expected(asked, cover_sets(problem))
    return _covered(asked, cover_sets(problem)), None


def _covered(asked: _Asked, sets: CoverSets) -> Siting:
    question, sites, control = asked.question, asked.sites.sites, asked.control
    if question.objective is PostObjective.COVER_ALL:
        return cover_all(sets, sites, control)
    if question.objective is PostObjective.BACKUP_COVER:
        return backup_cover(sets, sites, question.second, control)
    return maximal_cover(sets, sites, control)


def _needed(asked: _Asked) -> PostsNeeded | None:
    """How many posts it takes, whatever they cost; None where those allowed may be enough."""
    if asked.question.posts is None:
        return None
    sites, fixed = asked.sites.sites, int(asked.sites.fixed.sum())
    free = replace(sites, cost=np.ones(len(sites)), max_posts=len(sites), budget=math.inf)
    found = cover_all(cover_sets(siting_problem(asked.rows, asked.sites)), free, asked.control)
    least = math.ceil(found.bound - 1e-6) - fixed if math.isfinite(found.bound) else 0
    if not found.opened or least <= asked.question.posts:
        return None
    return PostsNeeded(asked.question.posts, least, len(found.opened) - fixed)


def _expected(asked: _Asked, sets: CoverSets) -> tuple[Siting, BusyUsed]:
    question, sites, control = asked.question, asked.sites.sites, asked.control
    units = units_of(asked.ground, question, asked.part, question.most_posts)
    units += int(asked.sites.fixed.sum())
    if not question.busy_measured:
        siting = expected_cover(sets, sites, units, question.busy_share, control)
        return siting, BusyUsed(False, question.busy_share, None)
    meter = BusyMeter(asked.ground, asked.sites.candidate)
    siting, used = corrected_cover(
        sets, sites, units, question.busy_share, meter, control, rounds=_ROUNDS
    )
    return siting, meter.compared(siting, used, question.busy_share)


def units_of(
    ground: Ground, question: PostQuestion, part: Part | None = None, posts: int = 1
) -> int:
    """Units to be shared out: those asked for, else the patrol units that are there now.

    There are no fewer than `posts`, unless fewer were asked for.
    """
    if question.units is not None:
        return question.units
    elsewhere = {post.id for post in posts_elsewhere(ground, part)}
    there = [unit for unit in ground.book.units if unit.post not in elsewhere]
    patrol = sum(unit.kind in PATROL_KINDS for unit in there)
    return max(patrol or len(there), posts)


def _front(asked: _Asked, code: str, title: Bilingual) -> Proposal:
    rows, control = asked.rows, asked.control
    problem = siting_problem(rows, asked.sites, len(rows.limits))
    points = pareto_front(problem, control, points=asked.question.steps)
    ended = not control.should_stop() and control.seconds_left() > 0
    plans = []
    for row, point in enumerate(points):
        named = Bilingual(f"{title.zh} {row + 1}", f"{title.en} {row + 1}")
        one = _proposal(asked, point.siting, f"{code}-{row + 1}", named)
        shares = tuple(
            covered / measured if measured else 0.0
            for covered, measured in zip(point.covered, rows.measured, strict=True)
        )
        if one.plan is not None:
            plans.append((one, (one.plan, shares)))
    if not plans:
        status = Status.INFEASIBLE if ended else Status.STOPPED
        return Proposal(None, _proof(asked, None, status), 0.0, _reachable(asked))
    return replace(plans[0][0], front=tuple(pair for _, pair in plans), front_ended=ended)


def _proposal(
    asked: _Asked, siting: Siting, code: str, title: Bilingual, busy: BusyUsed | None = None
) -> Proposal:
    proof = _proof(asked, siting, siting.status, busy)
    if not siting.opened:
        return Proposal(None, proof, 0.0, _reachable(asked))
    ground, question = asked.ground, asked.question
    counts = np.array(siting.vehicles, dtype=np.int64)
    own = np.array([not asked.sites.fixed[site] for site in siting.opened], dtype=np.bool_)
    if question.objective is not PostObjective.EXPECTED_COVER:
        counts[own] = _shared_out(asked, siting, own)
    candidates = ground.candidates
    posts = tuple(
        PlannedPost(
            candidates.ids[row],
            candidates.names[row],
            float(candidates.lon[row]),
            float(candidates.lat[row]),
            count,
        )
        for row, count in zip(
            asked.sites.candidate[np.array(siting.opened)[own]].tolist(),
            counts[own].tolist(),
            strict=True,
        )
    )
    plan = Plan(code, title, (*posts, *posts_elsewhere(ground, asked.part)), proof=proof)
    return Proposal(plan, proof, _in_reach(asked, siting.opened), _reachable(asked))


def _proof(
    asked: _Asked, siting: Siting | None, status: Status, busy: BusyUsed | None = None
) -> PlanProof:
    value = None if siting is None else asked.shown(siting.value)
    bound = None if siting is None else asked.shown(siting.bound)
    gap = None if siting is None else number(siting.gap)
    if value and bound is not None and asked.sites.spent:
        gap = abs(bound - value) / abs(value)
    return PlanProof(
        objective=asked.question.objective.value,
        standard=asked.ground.standard.code,
        value=value,
        bound=bound,
        gap=gap,
        status=status.value,
        of=asked.of,
        unit=asked.unit,
        seed=asked.control.seed,
        area="" if asked.part is None else asked.part.area,
        busy=busy,
        weights=asked.question.weights if asked.question.weighted else (),
    )


def _shared_out(asked: _Asked, siting: Siting, own: Bool) -> list[int]:
    site = np.array(siting.opened, dtype=np.int64)
    row = asked.sites.candidate[site]
    nearest = asked.rows.travel_ms[:, row].argmin(axis=1)
    load = np.bincount(nearest, weights=asked.rows.calls, minlength=len(row))[own]
    room = asked.sites.sites.capacity[site[own]]
    units = units_of(asked.ground, asked.question, asked.part, int(own.sum()))
    return share_units(load.astype(np.float64), units, room)


def share_units(load: Float64, units: int, most: int | Int32) -> list[int]:
    """Units for posts by their load: one each, the others by highest averages (D'Hondt).

    Where there are fewer units than posts the busiest posts have them; none has more than `most`,
    one number for all or int32 for each.
    """
    posts = len(load)
    room = np.broadcast_to(np.asarray(most, dtype=np.int64), (posts,))
    count = np.zeros(posts, dtype=np.int64)
    order = np.argsort(-load, kind="stable")
    count[order[: min(units, posts)]] = 1
    for _ in range(min(units, int(room.sum())) - int(count.sum())):
        worth = np.where(count < room, (load + 1e-9) / (count + 1), -1.0)
        count[int(np.argmax(worth))] += 1
    return [int(one) for one in count]


def _in_reach(asked: _Asked, opened: Sequence[int]) -> float:
    rows = asked.rows
    nearest = rows.travel_ms[:, asked.sites.candidate[list(opened)]].min(axis=1)
    within = (rows.limits[0] != NO_LIMIT_MS) & (nearest <= rows.limits[0])
    return float(rows.calls[within].sum()) / max(rows.measured_calls[0], 1e-9)


def _reachable(asked: _Asked) -> float:
    return _in_reach(asked, np.flatnonzero(asked.sites.sites.usable).tolist())
