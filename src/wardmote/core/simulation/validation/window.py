"""A stretch of time that calls come in, and the calls of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.call_record import CallRecord


@dataclass(frozen=True, slots=True)
class Window:
    """Calls received in from_s <= t < to_s, seconds UTC."""

    from_s: float
    to_s: float

    def of(self, calls: Sequence[CallRecord]) -> tuple[CallRecord, ...]:
        """The calls of the window."""
        return tuple(call for call in calls if self.from_s <= call.received_s < self.to_s)
