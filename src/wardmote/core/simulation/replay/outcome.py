"""What became of each call in the replay, beside what the record says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceClass


class Fate(StrEnum):
    """How a call went through the replay."""

    ANSWERED = "answered"
    UNLOCATED = "unlocated"
    OFF_ROAD = "off_road"
    NEVER_SERVED = "never_served"


@dataclass(slots=True)
class ReplayedUnit:
    """One unit sent in the replay.

    Attributes:
        recommended: the policy chose it (when the record is followed it may not have).
        all times in seconds UTC; None while or if it did not happen.
    """

    unit: UnitId
    kind: str
    assigned_s: float
    recommended: bool
    en_route_s: float | None = None
    arrived_s: float | None = None
    cleared_s: float | None = None


@dataclass(slots=True)
class ReplayedCall:
    """One call; filled in by the engine as it goes.

    Attributes:
        ordered_s: when its first units were asked for.
        category, priority: as the policies saw them; `assumed` says that the record had none.
        recommended_first: the unit that the policy would send in the place of the record's first.
        actual_first: the unit that the record sent first.
        actual_standing: ``recommended``; ``free`` (it could have gone); or the policy's reason why
            not: ``busy``, ``on_scene``, ``off_duty`` …; empty when the record names no unit.
        actual_behind_s: how much later than the recommended unit it was expected; None if unknown.
    """

    record: CallRecord
    ordered_s: float
    category: str
    priority: Priority
    place_class: PlaceClass
    category_assumed: bool
    priority_assumed: bool
    fate: Fate = Fate.NEVER_SERVED
    asked: int = 0
    units: list[ReplayedUnit] = field(default_factory=list)
    recommended_first: UnitId | None = None
    actual_first: UnitId | None = None
    actual_standing: str = ""
    actual_behind_s: float | None = None
    never_filled: int = 0
    waited: bool = False

    @property
    def first_assigned_s(self) -> float | None:
        """When the first unit was sent."""
        return min((unit.assigned_s for unit in self.units), default=None)

    @property
    def first_arrival(self) -> ReplayedUnit | None:
        """The unit that was there first."""
        there = [unit for unit in self.units if unit.arrived_s is not None]
        return min(there, key=lambda unit: (unit.arrived_s or 0.0, unit.unit)) if there else None
