"""What is still named after a place that has ended, and does not follow it by itself.

Each room says so of its own rows, from start-up on; the page of a place lists them with links, so
that somebody gives them to what followed. Places know none of the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from wardmote.core.domain.text import Bilingual


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that names a division.

    Attributes:
        kind: such as ``team``; it says which page shows the thing.
        id: there.
        name: what people call it; no names of persons.
        code: the division that it names.
    """

    kind: str
    id: str
    name: Bilingual
    code: str


Names = Callable[[Collection[str], float], Sequence[Named]]
"""What names one of these divisions at a moment, seconds UTC."""

_known: dict[str, Names] = {}


def ask_names_of(room: str, names: Names) -> None:
    """Have a room asked from now on; called once at start-up, again changes nothing."""
    _known[room] = names


def named_after(codes: Collection[str], now_s: float) -> list[Named]:
    """Everything that is in use and names one of these divisions, by room and name."""
    wanted = sorted(set(codes))
    if not wanted:
        return []
    return [
        one
        for room in sorted(_known)
        for one in sorted(_known[room](wanted, now_s), key=lambda it: (it.kind, it.code, it.id))
    ]
