"""The units on duty and the units sent to each call, as the stream and the positions need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event
from wardmote.core.domain.unit_events import UnitOffDuty, UnitOnDuty

MAX_CALLS = 50_000
"""Calls whose units are remembered; the oldest are forgotten beyond."""

_NONE: frozenset[str] = frozenset()


class Roll:
    """Folded from the journal. Used on the event loop alone.

    Attributes:
        on_duty: area of every unit on duty, by unit id.
        changes: grows with every change of `on_duty`.
    """

    def __init__(self) -> None:
        self.on_duty: dict[str, str] = {}
        self.changes = 0
        self._sent: dict[str, frozenset[str]] = {}

    def begin(self, on_duty: Iterable[tuple[str, str]], sent: Iterable[tuple[str, str]]) -> None:
        """Start from what the rows say: (unit, area) on duty and (call, unit) not over."""
        self.on_duty = dict(on_duty)
        gathered: defaultdict[str, set[str]] = defaultdict(set)
        for call, unit in sent:
            gathered[call].add(unit)
        self._sent = {call: frozenset(units) for call, units in gathered.items()}
        self.changes += 1

    def fold(self, event: Event) -> None:
        """Take in one event; repeating it changes nothing."""
        payload = event.payload
        if isinstance(payload, UnitOnDuty):
            self.on_duty[payload.unit] = event.area
            self.changes += 1
        elif isinstance(payload, UnitOffDuty):
            self.on_duty.pop(payload.unit, None)
            self.changes += 1
        elif isinstance(payload, AssignmentMoved):
            known = self._sent.get(payload.incident, _NONE)
            if payload.unit not in known:
                self._sent[payload.incident] = known | {payload.unit}
                if len(self._sent) > MAX_CALLS:
                    self._sent.pop(next(iter(self._sent)))

    def sent_to(self, incident: str) -> frozenset[str]:
        """The units that were sent to a call."""
        return self._sent.get(incident, _NONE)
