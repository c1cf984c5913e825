"""Cells that must stay together, melted into one: the atoms that a plan moves.

Melting makes "never cut a village" true by construction instead of by penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.rules import NO_COMMUNITY, GridRules
from wardmote.core.planning.grids.territory import Territory, build_territory, components
from wardmote.core.travel.graph import Bool, Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """A atoms made of C cells.

    - `territory`: the atoms as cells of their own; `outer_m` is their border with nothing.
    - `atom_of` int32 [C]: the atom of each cell.
    - `home` int32 [A]: the grid whose post stands in the atom, -1 without a post.
    - `previous` int32 [A]: the grid in force of most of its workload, -1 for none.
    - `apart_first` int32 [A+1], `apart` int32: atoms that must not share a grid with each.
    """

    territory: Territory
    atom_of: Int32
    home: Int32
    previous: Int32
    apart_first: Int32
    apart: Int32


def melt(territory: Territory, rules: GridRules) -> Atoms:
    """Join what must stay together.

    Raises `Problem` where the rules contradict each other: two posts in one atom, a pair that must
    be both joined and split, a village that hangs together by no way inside itself.
    """
    atom_of = _joined(territory, rules)
    atoms = int(atom_of.max()) + 1
    _refuse_pieces(territory, atom_of)
    home = np.full(atoms, -1, dtype=np.int32)
    if rules.post_cell is not None:
        at = atom_of[rules.post_cell]
        if len(np.unique(at)) != rules.grids:
            raise Problem(
                zh="有两个驻点在必须同属一个网格的格子里；请允许拆分该村（社区）或移动驻点。",
                en="Two posts stand in cells that must share a grid: allow that village to be "
                "split, or move a post.",
            )
        home[at] = np.arange(rules.grids, dtype=np.int32)
    apart_first, apart = _apart(rules, atom_of, atoms)
    return Atoms(
        _melted(territory, atom_of, atoms),
        atom_of,
        home,
        _previous(territory, rules, atom_of, atoms),
        apart_first,
        apart,
    )


def _joined(territory: Territory, rules: GridRules) -> Int32:
    parent = list(range(territory.cells))

    def root(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    if rules.community is not None:
        seen: dict[int, int] = {}
        for cell, community in enumerate(rules.community.tolist()):
            if community != NO_COMMUNITY and community not in rules.may_split:
                parent[root(cell)] = root(seen.setdefault(community, cell))
    for one, other in rules.must_join:
        parent[root(one)] = root(other)
    roots = np.array([root(cell) for cell in range(territory.cells)])
    return np.unique(roots, return_inverse=True)[1].astype(np.int32)


def _refuse_pieces(territory: Territory, atom_of: Int32) -> None:
    source = np.repeat(np.arange(territory.cells), np.diff(territory.first))
    inside = atom_of[source] == atom_of[territory.neighbour]
    within = build_territory(
        territory.workload,
        territory.x_m,
        territory.y_m,
        territory.area_m2,
        territory.outer_m,
        *_pairs(territory, source, inside),
    )
    piece = components(within)
    first_piece = np.full(int(atom_of.max()) + 1, -1, dtype=np.int32)
    first_piece[atom_of[::-1]] = piece[::-1]
    torn = np.flatnonzero(first_piece[atom_of] != piece)
    if len(torn):
        raise Problem(
            zh=f"必须同属一个网格的格子互不相通（例如第 {torn[0]} 格）；"
            "请允许拆分该村（社区），或补上相连的格子。",
            en=f"Cells that must share a grid are not joined by a way (cell {torn[0]} for one): "
            "allow that village to be split, or join the cells between as well.",
        )


def _pairs(
    territory: Territory, source: np.ndarray, chosen: Bool
) -> tuple[np.ndarray, Float64, Float64]:
    once = chosen & (source < territory.neighbour)
    ends = np.stack((source[once], territory.neighbour[once]), axis=1)
    return ends, territory.border_m[once], territory.travel_s[once]


def _melted(territory: Territory, atom_of: Int32, atoms: int) -> Territory:
    if atoms == territory.cells:
        return territory
    source = np.repeat(np.arange(territory.cells), np.diff(territory.first))
    ends, border, travel = _pairs(
        territory, source, atom_of[source] != atom_of[territory.neighbour]
    )
    low = np.minimum(atom_of[ends[:, 0]], atom_of[ends[:, 1]]).astype(np.int64)
    high = np.maximum(atom_of[ends[:, 0]], atom_of[ends[:, 1]])
    keys, at = np.unique(low * atoms + high, return_inverse=True)
    quickest = np.full(len(keys), np.inf)
    np.minimum.at(quickest, at, travel)
    cells = np.bincount(atom_of, minlength=atoms)
    return build_territory(
        np.bincount(atom_of, weights=territory.workload, minlength=atoms),
        np.bincount(atom_of, weights=territory.x_m, minlength=atoms) / cells,
        np.bincount(atom_of, weights=territory.y_m, minlength=atoms) / cells,
        np.bincount(atom_of, weights=territory.area_m2, minlength=atoms),
        np.bincount(atom_of, weights=territory.outer_m, minlength=atoms),
        np.stack(np.divmod(keys, atoms), axis=1),
        np.bincount(at, weights=border, minlength=len(keys)),
        quickest,
    )


def _apart(rules: GridRules, atom_of: Int32, atoms: int) -> tuple[Int32, Int32]:
    pairs = np.array(rules.must_split, dtype=np.int64).reshape(-1, 2)
    ends = atom_of[pairs]
    clash = np.flatnonzero(ends[:, 0] == ends[:, 1])
    if len(clash):
        one, other = rules.must_split[int(clash[0])]
        raise Problem(
            zh=f"格子 {one} 和 {other} 既要分开又要同属一个网格。",
            en=f"Cells {one} and {other} must be split and must share a grid.",
        )
    source = np.concatenate((ends[:, 0], ends[:, 1]))
    target = np.concatenate((ends[:, 1], ends[:, 0]))
    first = np.zeros(atoms + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=atoms), out=first[1:])
    return first, target[np.argsort(source, kind="stable")].astype(np.int32)


def _previous(territory: Territory, rules: GridRules, atom_of: Int32, atoms: int) -> Int32:
    if rules.previous is None:
        return np.full(atoms, -1, dtype=np.int32)
    known = rules.previous >= 0
    share = np.zeros((atoms, rules.grids))
    np.add.at(share, (atom_of[known], rules.previous[known]), territory.workload[known] + 1e-9)
    return np.where(share.any(axis=1), share.argmax(axis=1), -1).astype(np.int32)
