"""First plans: METIS where posts are free, weighted Voronoi regions where they are given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pymetis

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.distances import times_from
from wardmote.core.planning.grids.figures import pieces_of
from wardmote.core.planning.grids.territory import Territory, components
from wardmote.core.travel.graph import Float64, Int32

_METIS_TOTAL = 1_000_000_000  # METIS sums weights in 32 bits
_PRICE_ROUNDS = 120


def metis_start(territory: Territory, grids: int, seed: int) -> Int32:
    """int32 [C]: balanced connected grids with few crossings.

    METIS promises connected parts only on a connected graph, so each piece of the territory is cut
    on its own, with a number of grids by its share of the workload and at least one. Raises
    `Problem` if the territory is in more pieces than grids.
    """
    piece = components(territory)
    pieces = int(piece.max()) + 1
    if pieces > grids:
        raise Problem(
            zh=f"区域分成互不相通的 {pieces} 块，多于 {grids} 个网格；请补上连接的道路或增加网格。",
            en=f"The territory is in {pieces} pieces with no way between them, more than the "
            f"{grids} grids: add the roads that join them, or more grids.",
        )
    label = np.empty(territory.cells, dtype=np.int32)
    first = 0
    for number, parts in enumerate(_parts_of_pieces(territory, piece, grids).tolist()):
        inside = np.flatnonzero(piece == number)
        label[inside] = first + _metis_piece(territory, inside, parts, seed)
        first += parts
    return join_pieces(territory, label, grids)


def _parts_of_pieces(territory: Territory, piece: Int32, grids: int) -> Int32:
    """Grids of each piece by workload (highest quotient first), 1 to as many as it has cells."""
    load = np.bincount(piece, weights=territory.workload) + 1e-9
    cells = np.bincount(piece)
    parts = np.ones(len(load), dtype=np.int32)
    for _ in range(grids - len(load)):
        quotient = np.where(parts < cells, load / parts, -1.0)
        parts[int(quotient.argmax())] += 1
    return parts


def _metis_piece(territory: Territory, inside: np.ndarray, parts: int, seed: int) -> Int32:
    if parts == 1:
        return np.zeros(len(inside), dtype=np.int32)
    if parts == len(inside):
        return np.arange(parts, dtype=np.int32)
    local = np.full(territory.cells, -1, dtype=np.int64)
    local[inside] = np.arange(len(inside))
    source = np.repeat(np.arange(territory.cells), np.diff(territory.first))
    chosen = (local[source] >= 0) & (territory.travel_s < np.inf)
    xadj = np.zeros(len(inside) + 1, dtype=np.int64)
    np.cumsum(np.bincount(local[source[chosen]], minlength=len(inside)), out=xadj[1:])
    load = territory.workload[inside]
    scale = min(_METIS_TOTAL / max(float(load.sum()), 1e-9), 1e6)
    border = territory.border_m[chosen]
    width = max(float(border.max(initial=0.0)), 1e-9)
    options = pymetis.Options()
    options.seed = seed
    options.contig = 1
    _, found = pymetis.part_graph(
        parts,
        adjacency=pymetis.CSRAdjacency(
            adj_starts=xadj.tolist(), adjacent=local[territory.neighbour[chosen]].tolist()
        ),
        vweights=np.maximum(1, (load * scale).astype(np.int64)).tolist(),
        eweights=np.maximum(1, (border * (100.0 / width)).astype(np.int64)).tolist(),
        recursive=False,
        options=options,
    )
    return np.array(found, dtype=np.int32)


def join_pieces(territory: Territory, label: Int32, grids: int) -> Int32:
    """int32 [C]: the plan with each grid in one piece and none empty, where that can be.

    Of a grid in pieces the heaviest stays; the others go to the neighbour with the longest border,
    again and again until nothing changes. An empty grid takes a cell of the heaviest that can
    spare one.
    """
    label = label.copy()
    for _ in range(territory.cells):
        stray = _stray_cells(territory, label, grids)
        if not len(stray):
            break
        moved = False
        for cell in stray.tolist():
            moved = _to_longest_border(territory, label, cell) or moved
        if not moved:
            break
    for grid in np.flatnonzero(np.bincount(label, minlength=grids) == 0).tolist():
        _give_a_cell(territory, label, grid, grids)
    return label


def _stray_cells(territory: Territory, label: Int32, grids: int) -> Int32:
    """Cells outside the heaviest piece of their grid."""
    if (pieces_of(territory, label, grids) <= 1).all():
        return np.empty(0, dtype=np.int32)
    piece = components(_cut_between(territory, label))
    load = np.bincount(piece, weights=territory.workload + 1e-9)
    owner = np.empty(len(load), dtype=np.int32)
    owner[piece] = label
    heaviest = np.full(grids, -1, dtype=np.int64)
    for number in np.argsort(load, kind="stable").tolist():
        heaviest[owner[number]] = number
    return np.flatnonzero(heaviest[label] != piece).astype(np.int32)


def _cut_between(territory: Territory, label: Int32) -> Territory:
    """The territory with no way between different grids."""
    source = np.repeat(np.arange(territory.cells), np.diff(territory.first))
    same = label[source] == label[territory.neighbour]
    return replace(territory, travel_s=np.where(same, territory.travel_s, np.inf))


def _to_longest_border(territory: Territory, label: Int32, cell: int) -> bool:
    links = slice(territory.first[cell], territory.first[cell + 1])
    other = label[territory.neighbour[links]]
    passable = (territory.travel_s[links] < np.inf) & (other != label[cell])
    if not passable.any():
        return False
    border = np.bincount(other[passable], weights=territory.border_m[links][passable] + 1e-6)
    label[cell] = int(border.argmax())
    return True


def _give_a_cell(territory: Territory, label: Int32, grid: int, grids: int) -> None:
    load = np.bincount(label, weights=territory.workload, minlength=grids)
    size = np.bincount(label, minlength=grids)
    for donor in np.argsort(-load, kind="stable").tolist():
        for cell in np.flatnonzero(label == donor).tolist() if size[donor] > 1 else ():
            label[cell] = grid
            if pieces_of(territory, label, grids)[donor] == 1:
                return
            label[cell] = donor


def post_start(
    territory: Territory, post: Int32, times: Float64 | None = None
) -> tuple[Int32, Float64]:
    """A plan around given posts (`post` int32 [G], cells), and the times used, float64 [G, C].

    Each cell goes to the post with the least time plus that post's *price*; prices rise where the
    load is above the mean until loads are about even. This is the dual of transporting workload to
    posts at least travel, and every region is connected: what lies on the way from the post to a
    cell belongs to the same post (Aurenhammer, Hoffmann & Aronov 1998, doi:10.1007/PL00009187,
    for straight distances). That holds for times over the links; with `times` from elsewhere the
    stray pieces are joined to their neighbours afterwards.
    """
    own = times_from(territory, post) if times is None else times
    grids = len(post)
    price = np.zeros(grids)
    mean = max(float(territory.workload.sum()) / grids, 1e-9)
    step = np.full(grids, 0.25 * float(np.median(_known(own).min(axis=0))))
    before = np.zeros(grids)
    best, least = own.argmin(axis=0), np.inf
    apart = own[:, post]
    for _ in range(_PRICE_ROUNDS):
        label = (own + price[:, None]).argmin(axis=0)
        label[post] = np.arange(grids)
        load = np.bincount(label, weights=territory.workload, minlength=grids)
        if load.max() < least:
            best, least = label, float(load.max())
        excess = np.clip(load / mean - 1.0, -1.0, 1.0)
        step *= np.where(excess * before > 0, 1.2, 0.5)  # longer steps until the sign turns
        step = np.maximum(step, 1e-3)
        before = excess
        price += step * np.sign(excess) * np.sqrt(np.abs(excess))
        for _ in range(3):  # a post keeps its own cell: no price beyond a neighbour's plus the way
            price = np.minimum(price, (price[:, None] + apart * 0.999).min(axis=0))
    return joined_to_posts(territory, best.astype(np.int32), post), own


def _known(times: Float64) -> Float64:
    return np.where(np.isfinite(times), times, np.nanmax(np.where(np.isfinite(times), times, 0.0)))


def joined_to_posts(territory: Territory, label: Int32, post: Int32) -> Int32:
    """Keep what hangs together with its post; give the rest to the held neighbour beside it."""
    label = label.copy()
    source = np.repeat(np.arange(territory.cells), np.diff(territory.first))
    piece = components(_cut_between(territory, label))
    held = piece == piece[post][label]
    passable = territory.travel_s < np.inf
    while not held.all():
        beside = np.flatnonzero(held[source] & ~held[territory.neighbour] & passable)
        if not len(beside):
            lost = int(np.flatnonzero(~held)[0])
            raise Problem(
                zh=f"没有驻点能到达第 {lost} 格；请补上相连的道路，或把它从区域中去掉。",
                en=f"No post can reach cell {lost}: add the road that joins it, or leave it out.",
            )
        label[territory.neighbour[beside]] = label[source[beside]]
        held[territory.neighbour[beside]] = True
    return label


def separate(
    territory: Territory, label: Int32, pairs: Int32, grids: int, post: Int32 | None = None
) -> Int32:
    """int32 [C]: the plan with pairs of cells (int32 [n, 2]) in different grids where that can be.

    One of the two, with the cells on its way to the nearest other grid, joins that grid. Cells with
    a post (`post` int32 [G]) stay where they are.
    """
    label = label.copy()
    held = frozenset() if post is None else frozenset(post.tolist())
    for pair in pairs.tolist():
        one, other = reversed(pair) if pair[0] in held else pair
        if label[one] == label[other]:
            path = _way_out(territory, label, one, held | {other})
            if path:
                label[path] = label[path[0]]
                label = (
                    join_pieces(territory, label, grids)
                    if post is None
                    else joined_to_posts(territory, label, post)
                )
    return label


def _way_out(territory: Territory, label: Int32, start: int, avoid: frozenset[int]) -> list[int]:
    """Cells from the nearest one of another grid to `start`, over none of `avoid` of its own grid.

    Empty where there is no such way.
    """
    came = {start: start}
    queue = [start]
    for cell in queue:
        for link in range(territory.first[cell], territory.first[cell + 1]):
            other = int(territory.neighbour[link])
            stays = other in avoid and label[other] == label[start]
            if other in came or stays or territory.travel_s[link] == np.inf:
                continue
            came[other] = cell
            queue.append(other)
            if label[other] != label[start]:
                path = [other]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path
    return []
