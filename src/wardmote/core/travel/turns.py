"""Turn restrictions compiled into extra nodes, so that searches by node respect them exactly.

A restriction forbids a *sequence* of half-edges. The compiler keeps, as an automaton over the
half-edges driven, the longest end of the way so far that is the beginning of a forbidden sequence
(Aho and Corasick, doi:10.1145/360825.360855). Each such beginning becomes a copy of the junction
it ends at; the copy lacks the exits that would complete a forbidden sequence. A road with no
restriction costs nothing, a restriction with one via junction costs one copy.

A *half-edge* is `2 * edge` when driven from the edge's tail to its head, `2 * edge + 1` in the
other direction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class TurnKind(StrEnum):
    """Whether the last step is forbidden, or the only one allowed."""

    NO = "no"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """One turn restriction.

    `path` holds the half-edges in driving order: from, any via edges, to (at least two).
    `NO`: this sequence may not be driven. `ONLY`: who has driven all but the last half-edge of the
    sequence must continue with the last (turning round is forbidden too); several `ONLY`
    restrictions with the same beginning allow any of their ends.
    """

    kind: TurnKind
    path: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.path) < 2:
            msg = f"a turn restriction needs a from and a to half-edge, got {self.path}"
            raise ValueError(msg)


Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TurnCopies:
    """Copies of junctions and the arcs that leave them.

    State numbers: `0 .. junctions - 1` are the junctions themselves, `junctions + i` is copy `i`.

    - `copy_junction[i]`: the junction that copy `i` stands for.
    - `diverted`: half-edge -> copy entered by driving it from an uncopied junction; half-edges not
      named enter the junction itself.
    - `arcs`: `(state, half_edge, next_state)` for every arc that leaves a copy.
    """

    copy_junction: tuple[int, ...]
    diverted: dict[int, int]
    arcs: tuple[tuple[int, int, int], ...]


def forbidden_sequences(
    restrictions: Sequence[TurnRestriction], exits: Callable[[int], Sequence[int]]
) -> set[Path]:
    """Every sequence of half-edges that may not be driven.

    `exits(half_edge)` gives the drivable half-edges that leave the junction at its end.
    """
    forbidden = {r.path for r in restrictions if r.kind is TurnKind.NO}
    allowed: dict[Path, set[int]] = {}
    for restriction in restrictions:
        if restriction.kind is TurnKind.ONLY:
            allowed.setdefault(restriction.path[:-1], set()).add(restriction.path[-1])
    for beginning, ends in allowed.items():
        forbidden.update(
            (*beginning, half_edge) for half_edge in exits(beginning[-1]) if half_edge not in ends
        )
    return forbidden


def compile_turns(
    restrictions: Sequence[TurnRestriction],
    exits: Callable[[int], Sequence[int]],
    junction_after: Callable[[int], int],
    junctions: int,
) -> TurnCopies:
    """Turn restrictions (already checked: connected, drivable) into copies of junctions.

    `junction_after(half_edge)` is the junction at which it ends.
    """
    forbidden = forbidden_sequences(restrictions, exits)
    beginnings = sorted({path[:end] for path in forbidden for end in range(1, len(path))})
    state_of = {path: junctions + index for index, path in enumerate(beginnings)}

    def state_after(path: Path) -> int:
        for start in range(len(path)):
            state = state_of.get(path[start:])
            if state is not None:
                return state
        return junction_after(path[-1])

    def is_forbidden(path: Path) -> bool:
        return any(path[start:] in forbidden for start in range(len(path) - 1))

    arcs = [
        (state, half_edge, state_after((*path, half_edge)))
        for path, state in state_of.items()
        for half_edge in exits(path[-1])
        if not is_forbidden((*path, half_edge))
    ]
    return TurnCopies(
        copy_junction=tuple(junction_after(path[-1]) for path in beginnings),
        diverted={path[0]: state for path, state in state_of.items() if len(path) == 1},
        arcs=tuple(arcs),
    )
