"""Rules of grids by names of villages, put on pieces and checked against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.grids.rules import GridRules
from wardmote.core.studies.pieces import Pieces
from wardmote.core.studies.plan import Plan, PlannedGridRules, PlannedPost
from wardmote.core.travel.graph import Float64, Int32


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces that share a grid, and the posts that stand in them."""

    rows: tuple[int, ...]
    posts: tuple[int, ...]


def cells_of(posts: Sequence[PlannedPost], pieces: Pieces, travel_s: Float64) -> Int32:
    """A piece of its own for each post, int32 [posts].

    The piece that it stands in; where an earlier post has that, or there is none, the nearest by
    road that is left. `travel_s` float64 [posts, pieces], inf where there is no way.
    """
    tree = shapely.STRtree(pieces.shape)
    which, inside = tree.query(
        shapely.points([one.lon for one in posts], [one.lat for one in posts]),
        predicate="intersects",
    )
    found = np.full(len(posts), -1, dtype=np.int32)
    taken: set[int] = set()
    for post, piece in sorted(zip(which.tolist(), inside.tolist(), strict=True)):
        if found[post] < 0 and piece not in taken:
            found[post] = piece
            taken.add(piece)
    for post in np.flatnonzero(found < 0).tolist():
        left = travel_s[post].copy()
        left[list(taken)] = np.inf
        free = np.setdiff1d(np.arange(len(left)), list(taken))
        best = int(np.argmin(left)) if np.isfinite(left).any() else int(free[0])
        found[post] = best
        taken.add(best)
    return found


def rules_on(
    pieces: Pieces,
    plan: Plan,
    rules: PlannedGridRules,
    post_cell: Int32,
    travel_s: Float64,
    previous: Int32 | None = None,
) -> GridRules:
    """The rules as the solver and the editor take them.

    Raises:
        Problem: a village is not there, is named twice in a pair or may be cut as well, or rules
            contradict each other; it says which.
    """
    join = tuple(_pair(pieces, pair) for pair in rules.join)
    split = tuple(_pair(pieces, pair) for pair in rules.split)
    groups = _groups(pieces, join, post_cell)
    _refuse_two_posts(pieces, plan, groups)
    _refuse_contradictions(pieces, split, groups)
    _refuse_torn(pieces, groups)
    return GridRules(
        grids=len(plan.posts),
        post_cell=post_cell,
        post_travel_s=travel_s,
        must_join=join,
        must_split=split,
        previous=previous,
        tolerance=rules.tolerance,
    )


def said(pieces: Pieces, row: int) -> Bilingual:
    """A piece by its name and key."""
    name, key = pieces.name[row], pieces.key[row]
    return Bilingual(f"{name.zh or name.en}（{key}）", f"{name.en or name.zh} ({key})")


def _pair(pieces: Pieces, pair: tuple[str, str]) -> tuple[int, int]:
    one, other = (_row(pieces, key) for key in pair)
    if one == other:
        name = said(pieces, one)
        raise Problem(
            zh=f"{name.zh}不能与自身合并或分开；请给出两个不同的村（社区）。",
            en=f"{name.en} cannot be joined with or split from itself; name two different ones.",
        )
    return one, other


def _row(pieces: Pieces, key: str) -> int:
    if key in pieces.key:
        return pieces.key.index(key)
    if key and key in pieces.area:
        part = next(own for own, area in zip(pieces.key, pieces.area, strict=True) if area == key)
        raise Problem(
            zh=f"{key} 允许拆分，因此不能整体列入必须合并或分开；"
            f"请二者取一，或指明其中一格（如 {part}）。",
            en=f"{key} may be split, so it cannot be joined or split off as a whole: take it out "
            f"of one of the two, or name one of its squares, such as {part}.",
        )
    example = pieces.key[0]
    raise Problem(
        zh=f"没有编号为 {key} 且画有边界的村（社区）；编号形如 {example}。",
        en=f"No village or community with an outline has the code {key}; codes look like "
        f"{example}.",
    )


def _groups(pieces: Pieces, join: Sequence[tuple[int, int]], post_cell: Int32) -> dict[int, _Group]:
    """The group of each piece that is joined with another, by piece."""
    root: dict[int, int] = {}

    def top(piece: int) -> int:
        while root.setdefault(piece, piece) != piece:
            piece = root[piece]
        return piece

    for one, other in join:
        root[top(one)] = top(other)
    rows: dict[int, list[int]] = {}
    for piece in sorted(root):
        rows.setdefault(top(piece), []).append(piece)
    groups: dict[int, _Group] = {}
    for members in rows.values():
        posts = np.flatnonzero(np.isin(post_cell, members)).tolist()
        groups |= dict.fromkeys(members, _Group(tuple(members), tuple(posts)))
    return groups


def _refuse_two_posts(pieces: Pieces, plan: Plan, groups: dict[int, _Group]) -> None:
    for group in groups.values():
        if len(group.posts) > 1:
            one, other = (plan.posts[row].name for row in group.posts[:2])
            names = [said(pieces, row) for row in group.rows]
            raise Problem(
                zh=f"快反点{one.zh or one.en}和{other.zh or other.en}都在必须合并的"
                f"{'、'.join(name.zh for name in names)}中，"
                "一个网格只能有一个快反点；请少合并一些。",
                en=f"The posts {one.en or one.zh} and {other.en or other.zh} both stand in what "
                f"must share a grid ({', '.join(name.en for name in names)}), and a grid has one "
                "post: join less.",
            )


def _refuse_contradictions(
    pieces: Pieces, split: Sequence[tuple[int, int]], groups: dict[int, _Group]
) -> None:
    for one, other in split:
        if one in groups and other in groups[one].rows:
            names = said(pieces, one), said(pieces, other)
            raise Problem(
                zh=f"{names[0].zh}和{names[1].zh}既要合并又要分开（可能经由其他合并）；"
                "请去掉其一。",
                en=f"{names[0].en} and {names[1].en} must be both joined, perhaps by way of "
                "others, and split: take one of the two away.",
            )


def _refuse_torn(pieces: Pieces, groups: dict[int, _Group]) -> None:
    ground = pieces.territory
    for group in groups.values():
        reached, queue = {group.rows[0]}, [group.rows[0]]
        for piece in queue:
            for link in range(ground.first[piece], ground.first[piece + 1]):
                other = int(ground.neighbour[link])
                if other in group.rows and other not in reached and ground.travel_s[link] < np.inf:
                    reached.add(other)
                    queue.append(other)
        lost = [row for row in group.rows if row not in reached]
        if lost:
            names = said(pieces, group.rows[0]), said(pieces, lost[0])
            raise Problem(
                zh=f"{names[0].zh}和{names[1].zh}要合并，但其间没有道路直接相通；"
                "请把中间的村（社区）也列入合并。",
                en=f"{names[0].en} and {names[1].en} must share a grid, but no road leads straight "
                "from one to the other: join what lies between as well.",
            )
