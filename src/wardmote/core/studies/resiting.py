"""Timely re-siting of a plan: which posts should move now, for what gain, and when it pays."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import UNWATCHED, Control, Progress
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.resiting import MoveTerms
from wardmote.core.planning.siting.resiting import resite as best_moves
from wardmote.core.planning.siting.sites import Role
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
    candidates = ground.candidates
    current = _rows_of(ground, plan)
    unknown = [post for post in terms.keep if plan.post(post) is None]
    if unknown:
        raise Problem(
            zh=f"方案中没有快反点 {', '.join(unknown)}。",
            en=f"The plan has no post called {', '.join(unknown)}.",
        )
    kept = [
        candidates.ids[row]
        for row, post in zip(current.tolist(), plan.posts, strict=True)
        if post.id in terms.keep
    ]
    question = PostQuestion(posts=len(plan.posts), keep=tuple(kept))
    sites = site_rows(ground, question)
    if part is not None:
        sites = _only_within(sites, part, current)
    rows = demand_rows(ground, (ground.standard,), part)
    found = best_moves(
        cover_sets(siting_problem(rows, sites)),
        sites.sites,
        MoveTerms(
            current,
            np.full((len(current), len(candidates)), terms.move_cost),
            terms.worth / DAYS_A_YEAR,
            terms.horizon_days,
            terms.most_moves,
        ),
        replace(control, report=_told(control, watch)),
    )
    posts = list(plan.posts)
    moves = []
    for move in found.moves:
        old = plan.posts[move.post]
        to = candidates.ids[move.destination]
        name = candidates.names[move.destination]
        # Cover is counted in calls a year here, whatever the solver's days are called.
        pays = move.pays_after_days
        moves.append(
            ProposedMove(old.id, to, name, move.gain_per_day, None if math.isinf(pays) else pays)
        )
        posts[move.post] = PlannedPost(
            to,
            name,
            float(candidates.lon[move.destination]),
            float(candidates.lat[move.destination]),
            old.units,
        )
    proof = PlanProof(
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
    changed = replace(
        plan,
        code=code,
        posts=tuple(posts),
        grids=None if moves else plan.grids,
        shifts=() if moves else plan.shifts,
        relocation=_order_free(plan) if moves else plan.relocation,
        proof=proof,
    )
    return ResitingProposal(changed, tuple(moves), found.staying, proof)


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
