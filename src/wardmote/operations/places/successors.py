"""What became of a division by a day: the one that followed it when it was split, merged or moved.

For what hangs on a division and goes on after it, such as tasks and consents.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from wardmote.core.domain.division_changes import DivisionChangeKind
from wardmote.core.domain.ids import AreaId
from wardmote.operations.places.models import DivisionChange
from wardmote.operations.places.selectors import location_index

_FOLLOWED = [
    kind.value
    for kind in (DivisionChangeKind.SPLIT, DivisionChangeKind.MERGE, DivisionChangeKind.MOVE)
]
_DIVISION_DIGITS = 12


class Successors:
    """Every succession of divisions, read once."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[datetime.date, tuple[str, ...]]]] = {}
        rows = DivisionChange.objects.filter(kind__in=_FOLLOWED).order_by("day", "at_s", "pk")
        for before, after, day in rows.values_list("before", "after", "day"):
            for code in before:
                if len(code) == _DIVISION_DIGITS:
                    self._of.setdefault(code, []).append((day, tuple(after)))

    def left(self, day: datetime.date) -> frozenset[str]:
        """The divisions that were split, merged or moved by a day."""
        return frozenset(
            code
            for code, changes in self._of.items()
            if any(change_day <= day for change_day, _after in changes)
        )

    def only(self, area: AreaId, day: datetime.date) -> AreaId | None:
        """The one division that has the whole ground of `area` on a day; None where several do."""
        code, since = str(area), datetime.date.min
        seen: set[tuple[str, datetime.date]] = set()
        while (change := self._next(code, since, day, seen)) is not None:
            since, after = change
            if len(after) != 1:
                return None
            seen.add((code, since))
            code = after[0]
        return AreaId(code)

    def of(
        self, area: AreaId, day: datetime.date, point: tuple[float, float] | None = None
    ) -> AreaId:
        """The division that goes on for `area` on a day; itself where nothing became of it.

        Of several parts it is the one around the point (WGS-84 degrees); without one that which
        kept the code, or else the first.
        """
        code, since = str(area), datetime.date.min
        seen: set[tuple[str, datetime.date]] = set()
        while (change := self._next(code, since, day, seen)) is not None:
            since, after = change
            seen.add((code, since))
            code = self._part(after, code, since, point)
        return AreaId(code)

    def _next(
        self,
        code: str,
        since: datetime.date,
        day: datetime.date,
        seen: Collection[tuple[str, datetime.date]],
    ) -> tuple[datetime.date, tuple[str, ...]] | None:
        """What became of a code next, from a day on and by another, of what is not seen yet."""
        later = (one for one in self._of.get(code, ()) if since <= one[0] <= day)
        return next((one for one in later if (code, one[0]) not in seen), None)

    @staticmethod
    def _part(
        after: tuple[str, ...], code: str, day: datetime.date, point: tuple[float, float] | None
    ) -> str:
        if len(after) > 1 and point is not None:
            around = location_index().divisions_at(*point, day)
            found = next((one for one in around if one in after), None)
            if found is not None:
                return found
        return code if code in after else after[0]
