"""Timely re-siting of a plan: which posts should move now, for what gain, and when it pays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import UNWATCHED, Control, Progress
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.resiting import Move, MoveTerms, Resiting
from wardmote.core.planning.siting.resiting import resite as best_moves
from wardmote.core.planning.siting.sites import Role
from wardmote.core.studies.candidates import Candidates
from wardmote.core.studies.documents import number
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.part import Part
from wardmote.core.studies.plan import Plan, PlannedPost, PlanProof, RelocationPlan
from wardmote.core.studies.proposing import Standing, unwatched
from wardmote.core.studies.questions import (
    DAYS_A_YEAR,
    PostObjective,
    PostQuestion,
    ResitingTerms,
)
from wardmote.core.studies.siting_rows import SiteRows, demand_rows, site_rows, siting_problem
from wardmote.core.travel.graph import Int64


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """One post that moves, when those before it in the list have moved.

    Attributes:
        calls_a_year: more within their target.
        pays_after_days: None where it never does by itself.
    """

    post: PostId
    to: PostId
    to_name: Bilingual
    calls_a_year: float
    pays_after_days: float | None


@dataclass(frozen=True, slots=True)
class ResitingProposal:
    """The plan with the moves that pay.

    Attributes:
        staying: worth of cover over the horizon without any move, less nothing; `proof.value` is
            the same with the moves, less what they cost.
    """

    plan: Plan
    moves: tuple[ProposedMove, ...]
    staying: float
    proof: PlanProof


def resite(
    ground: Ground,
    plan: Plan,
    terms: ResitingTerms | None = None,
    control: Control = UNWATCHED,
    *,
    part: Part | None = None,
    code: str = "resited",
    watch: Callable[[Standing], None] = unwatched,
) -> ResitingProposal:
    """Which posts of a plan should move with the calls as they are now.

    Posts that are at no candidate are taken to be at the nearest by straight line.

    Args:
        part: whose posts may move, and within which; its calls alone count. None: the whole place.
        watch: told where the search stands, whenever `control` is.

    Raises:
        Problem: two posts are nearest to one candidate, or a post to keep is not of the plan.
    """
    terms = terms or ResitingTerms()
    current = _rows_of(ground, plan)
    sites = _sites(ground, plan, terms, part, current)
    rows = demand_rows(ground, (ground.standard,), part)
    found = best_moves(
        cover_sets(siting_problem(rows, sites)),
        sites.sites,
        MoveTerms(
            current,
            np.full((len(current), len(ground.candidates)), terms.move_cost),
            terms.worth / DAYS_A_YEAR,
            terms.horizon_days,
            terms.most_moves,
        ),
        replace(control, report=_told(control, watch)),
    )
    moves = tuple(_proposed(ground.candidates, plan, move) for move in found.moves)
    proof = _proof(ground, found, control, part)
    changed = replace(
        plan,
        code=code,
        posts=_posts_after(ground.candidates, plan, found.moves),
        grids=None if moves else plan.grids,
        shifts=() if moves else plan.shifts,
        relocation=_order_free(plan) if moves else plan.relocation,
        proof=proof,
    )
    return ResitingProposal(changed, moves, found.staying, proof)


def _sites(
    ground: Ground, plan: Plan, terms: ResitingTerms, part: Part | None, current: Int64
) -> SiteRows:
    """Where posts may stand: those to keep where they are, and none beyond the part.

    Raises:
        Problem: a post to keep is not of the plan.
    """
    unknown = [post for post in terms.keep if plan.post(post) is None]
    if unknown:
        raise Problem(
            zh=f"方案中没有快反点 {', '.join(unknown)}。",
            en=f"The plan has no post called {', '.join(unknown)}.",
        )
    kept = [
        ground.candidates.ids[row]
        for row, post in zip(current.tolist(), plan.posts, strict=True)
        if post.id in terms.keep
    ]
    sites = site_rows(ground, PostQuestion(posts=len(plan.posts), keep=tuple(kept)))
    return sites if part is None else _only_within(sites, part, current)


def _proposed(candidates: Candidates, plan: Plan, move: Move) -> ProposedMove:
    # Cover is counted in calls a year here, whatever the solver's days are called.
    pays = move.pays_after_days
    return ProposedMove(
        plan.posts[move.post].id,
        candidates.ids[move.destination],
        candidates.names[move.destination],
        move.gain_per_day,
        None if math.isinf(pays) else pays,
    )


def _posts_after(
    candidates: Candidates, plan: Plan, moves: Sequence[Move]
) -> tuple[PlannedPost, ...]:
    """The posts of a plan when all moves are made; each keeps its units."""
    posts = list(plan.posts)
    for move in moves:
        to = move.destination
        posts[move.post] = PlannedPost(
            candidates.ids[to],
            candidates.names[to],
            float(candidates.lon[to]),
            float(candidates.lat[to]),
            plan.posts[move.post].units,
        )
    return tuple(posts)


def _proof(ground: Ground, found: Resiting, control: Control, part: Part | None) -> PlanProof:
    return PlanProof(
        PostObjective.MOST_COVER.value,
        ground.standard.code,
        number(found.siting.value),
        number(found.siting.bound),
        number(found.siting.gap),
        found.siting.status.value,
        None,
        "worth",
        control.seed,
        "" if part is None else part.area,
    )


def _told(control: Control, watch: Callable[[Standing], None]) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        control.report(progress)
        bound = None if progress.bound is None else number(progress.bound)
        watch(Standing(progress.stage.value, progress.value, bound, None, "worth"))

    return report


def _only_within(rows: SiteRows, part: Part, current: Int64) -> SiteRows:
    """Posts outside a part stay, and none goes there."""
    role = rows.sites.role.copy()
    role[~part.candidates] = Role.EXCLUDED
    role[current[~part.candidates[current]]] = Role.KEPT
    return replace(rows, sites=replace(rows.sites, role=role))


def _rows_of(ground: Ground, plan: Plan) -> Int64:
    """Candidate of each post: its own, else the nearest."""
    candidates = ground.candidates
    rows = []
    for post in plan.posts:
        if post.id in candidates.ids:
            rows.append(candidates.ids.index(post.id))
            continue
        east = (candidates.lon - post.lon) * np.cos(np.radians(post.lat))
        rows.append(int(np.hypot(east, candidates.lat - post.lat).argmin()))
    if len(set(rows)) < len(rows):
        raise Problem(
            zh="方案中有两个快反点离同一候选点最近，无法分别迁址；请加密候选点（减小间距）。",
            en="Two posts of the plan are nearest to the same candidate; ask with candidates that "
            "lie closer together.",
        )
    return np.array(rows, dtype=np.int64)


def _order_free(plan: Plan) -> RelocationPlan | None:
    """The relocation of a plan without its table, whose posts are others now."""
    return None if plan.relocation is None else replace(plan.relocation, order=())
