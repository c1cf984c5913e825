"""Grids changed by hand: villages given to another grid, with what that does and what it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.grids.editing import EditFinding, EditIssue, GridEdit, LiveFigures
from wardmote.core.studies.cutting import CutGround, labels_of, planned_grids, whole_villages
from wardmote.core.studies.grid_rules import rules_on, said
from wardmote.core.studies.pieces import Pieces, shape_of
from wardmote.core.studies.plan import MAX_ID, Plan, PlannedGrids, PlannedPost
from wardmote.core.studies.questions import WEEKS_A_YEAR
from wardmote.core.travel.graph import Int32

MOST_MOVES = 500


@dataclass(frozen=True, slots=True)
class PieceMove:
    """Pieces given to the grid of a post.

    Attributes:
        pieces: keys; the code of a village that is cut means all of it.
        anyway: do it though a rule is broken.
    """

    pieces: tuple[str, ...]
    post: PostId
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class GridNow:
    """One grid as it is under the planner's hands.

    Attributes:
        pieces: how many pieces it hangs together in; 1 is right, 0 is empty.
        villages: whole ones.
        mean_drive_s: None without calls, or where they cannot be reached.
    """

    post: PostId
    pieces: int
    villages: int
    calls_a_year: float
    load_ratio: float
    mean_drive_s: float | None
    compactness: float


@dataclass(frozen=True, slots=True)
class Broken:
    """What does not keep a rule.

    Attributes:
        post: whose grid; empty where it concerns none.
        piece: the village or square of a rule; both empty where it concerns none.
    """

    issue: EditIssue
    post: PostId
    piece: Bilingual


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Grids after moves by hand, beside those that the edit began with.

    Attributes:
        refused: what the last move would newly break; it was not done. Empty where it was.
        broken: what is broken now: by moves that were done anyway, or since before.
        heavy: posts whose grid is above the tolerance.
        moved_villages, moved_calls_a_year: in another grid than at the beginning.
        owner: the post of each piece that changed, by key.
        grids: as the plan would keep them; None where a move was refused, or nobody asked.
    """

    before: tuple[GridNow, ...]
    now: tuple[GridNow, ...]
    refused: tuple[Broken, ...]
    broken: tuple[Broken, ...]
    heavy: tuple[PostId, ...]
    max_over_mean: float
    mean_drive_s: float | None
    moved_villages: int
    moved_calls_a_year: float
    owner: dict[str, PostId]
    grids: PlannedGrids | None


def regroup(
    cut: CutGround, plan: Plan, moves: Sequence[PieceMove], *, keep: bool = False
) -> Regrouped:
    """Do `moves` one after the other on the grids of `plan`, up to the first that is refused.

    `keep` asks for the grids as the plan would keep them as well, outlines and all.

    Refused is a move after which something is broken that was not before, unless it is to be done
    anyway: a grid in pieces or empty, a post outside its grid, a rule of the plan's grids. A load
    above the tolerance is told, not refused.

    Raises:
        Problem: the plan has no grids, they were cut for posts elsewhere, or a move names what does
            not exist.
    """
    if plan.grids is None or not cut.fits(plan):
        raise Problem(
            zh="这些网格不是按现在的快反点位置划分的；请先计算其数字，再手工调整。",
            en="These grids were not cut for the posts as they stand now; have their figures "
            "worked out first, then edit them.",
        )
    label = labels_of(cut.pieces, plan, plan.grids)
    if (label < 0).any():
        raise Problem(
            zh="有的村（社区）不在任何网格中；请重新划分网格。",
            en="Some villages lie in no grid of the plan; cut the grids again.",
        )
    rules = rules_on(cut.pieces, plan, plan.grids.rules, cut.post_cell, cut.travel_s)
    edit = GridEdit(cut.pieces.territory, rules, label)
    first = figures = edit.figures()
    refused: tuple[EditFinding, ...] = ()
    for move in moves:
        after = edit.move(_rows(cut.pieces, move), _grid(plan, move))
        refused = _newly_broken(figures, after)
        if refused and not move.anyway:
            figures = edit.undo()
            break
        figures, refused = after, ()
    result = _result(cut, plan, label, edit, first, figures, refused)
    if refused or not keep:
        return result
    kept = planned_grids(cut, plan, edit.label, edit.full_figures(), plan.grids.rules, label)
    codes = tuple(sorted({one.issue.value for one in result.broken}))
    return replace(result, grids=replace(kept, broken=codes))


def kept_grids(
    before: Plan, posts: Sequence[PlannedPost]
) -> tuple[PlannedGrids | None, tuple[PlannedPost, ...]]:
    """The grids of a plan after its posts were edited, and the posts for which they cannot stay.

    They stay while the posts are the same ones and each that was moved stands in its own grid;
    what it takes to drive from a moved post is then not known until it is worked out again.
    """
    if before.grids is None:
        return None, ()
    old = {post.id: post for post in before.posts}
    left = {post.id for post in posts}
    wrong = [post for post in posts if post.id not in old]
    wrong += [post for post in before.posts if post.id not in left]
    ground = {grid.post: grid.boundary for grid in before.grids.grids}
    moved = {
        post.id
        for post in posts
        if post.id in old and (post.lon, post.lat) != (old[post.id].lon, old[post.id].lat)
    }
    wrong += [
        post
        for post in posts
        if post.id in moved
        and not shapely.covers(shape_of(ground.get(post.id, ())), shapely.Point(post.lon, post.lat))
    ]
    if wrong:
        return None, tuple(wrong)
    grids = tuple(
        replace(grid, mean_response_s=None) if grid.post in moved else grid
        for grid in before.grids.grids
    )
    return replace(before.grids, grids=grids), ()


def _rows(pieces: Pieces, move: PieceMove) -> Int32:
    known = {key: [row] for row, key in enumerate(pieces.key)}
    for row, code in enumerate(pieces.area):
        if code and code != pieces.key[row]:
            known.setdefault(code, []).append(row)
    rows: list[int] = []
    for key in move.pieces:
        if key not in known:
            raise Problem(
                zh=f"没有编号为 {key[:MAX_ID]} 的村（社区）或方格；请重新载入页面。",
                en=f"There is no village or square with the code {key[:MAX_ID]}; load the page "
                "again.",
            )
        rows += known[key]
    return np.array(rows, dtype=np.int32)


def _grid(plan: Plan, move: PieceMove) -> int:
    for row, post in enumerate(plan.posts):
        if post.id == move.post:
            return row
    raise Problem(
        zh=f"方案中没有编号为 {move.post[:MAX_ID]} 的快反点；请重新载入页面。",
        en=f"The plan has no post {move.post[:MAX_ID]}; load the page again.",
    )


def _breaches(figures: LiveFigures) -> list[EditFinding]:
    return [one for one in figures.findings if one.issue is not EditIssue.ABOVE_TOLERANCE]


def _newly_broken(before: LiveFigures, after: LiveFigures) -> tuple[EditFinding, ...]:
    known = {_about(one) for one in _breaches(before)}
    return tuple(one for one in _breaches(after) if _about(one) not in known)


def _about(one: EditFinding) -> tuple[EditIssue, int, int]:
    """What a finding is about: a pair stays the same wherever its cells go."""
    return one.issue, -1 if one.subject >= 0 else one.grid, one.subject


def _result(
    cut: CutGround,
    plan: Plan,
    began: Int32,
    edit: GridEdit,
    first: LiveFigures,
    figures: LiveFigures,
    refused: tuple[EditFinding, ...],
) -> Regrouped:
    pieces, label = cut.pieces, edit.label
    changed = np.flatnonzero(label != began).tolist()
    mean = figures.expected_response_s
    return Regrouped(
        before=_grids(cut, plan, began, first),
        now=_grids(cut, plan, label, figures),
        refused=_named(pieces, plan, refused),
        broken=_named(pieces, plan, _breaches(figures)),
        heavy=tuple(
            plan.posts[one.grid].id
            for one in figures.findings
            if one.issue is EditIssue.ABOVE_TOLERANCE
        ),
        max_over_mean=figures.max_over_mean,
        mean_drive_s=mean if np.isfinite(mean) else None,
        moved_villages=len({pieces.area[row] or pieces.key[row] for row in changed}),
        moved_calls_a_year=float(pieces.calls[changed].sum() * WEEKS_A_YEAR),
        owner={pieces.key[row]: plan.posts[label[row]].id for row in changed},
        grids=None,
    )


def _grids(cut: CutGround, plan: Plan, label: Int32, figures: LiveFigures) -> tuple[GridNow, ...]:
    weekly = np.bincount(label, weights=cut.pieces.calls, minlength=len(plan.posts))
    calls = np.asarray(weekly * WEEKS_A_YEAR, dtype=np.float64)
    found = []
    for row, post in enumerate(plan.posts):
        mean = float(figures.mean_response_s[row])
        found.append(
            GridNow(
                post.id,
                int(figures.pieces[row]),
                len(whole_villages(cut.pieces, label, row)),
                float(calls[row]),
                float(np.nan_to_num(figures.load_ratio[row])),
                mean if np.isfinite(mean) else None,
                float(figures.polsby_popper[row]),
            )
        )
    return tuple(found)


def _named(pieces: Pieces, plan: Plan, found: Sequence[EditFinding]) -> tuple[Broken, ...]:
    nothing = Bilingual("", "")
    return tuple(
        Broken(
            one.issue,
            plan.posts[one.grid].id if one.grid >= 0 else PostId(""),
            said(pieces, one.subject) if one.subject >= 0 else nothing,
        )
        for one in found
    )
