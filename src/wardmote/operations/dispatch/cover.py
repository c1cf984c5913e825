"""Which units reach which key places in time, kept both ways and renewed a few places at a time."""

from __future__ import annotations

from collections.abc import Sequence

from wardmote.core.domain.ids import UnitId


class Cover:
    """For each place the units that reach it in time, and for each unit its places."""

    def __init__(self, places: int) -> None:
        self._units_at: list[frozenset[UnitId]] = [frozenset()] * places
        self._rows_of: dict[UnitId, set[int]] = {}
        self._next = 0

    def next_rows(self, count: int) -> list[int]:
        """The next places to renew, in turn; fewer than `count` where a round ends."""
        first = self._next
        last = min(first + count, len(self._units_at))
        self._next = 0 if last == len(self._units_at) else last
        return list(range(first, last))

    @property
    def round_is_done(self) -> bool:
        """Whether every place was renewed since the first one last was."""
        return self._next == 0

    def put(self, row: int, units: frozenset[UnitId]) -> None:
        """These units, and no others, reach the place in time."""
        before = self._units_at[row]
        for gone in before - units:
            self._rows_of[gone].discard(row)
        for come in units - before:
            self._rows_of.setdefault(come, set()).add(row)
        self._units_at[row] = units

    def rows_of(self, unit: UnitId) -> Sequence[int]:
        """The places that a unit reaches in time, ascending."""
        return sorted(self._rows_of.get(unit, ()))

    def others(self, row: int, unit: UnitId) -> frozenset[UnitId]:
        """The other units that reach the place in time."""
        return self._units_at[row] - {unit}
