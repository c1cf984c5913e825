"""The script of an exercise: a scenario drawn for one place.

The trainee sees nothing of it before the end. Moments are seconds UTC on the clock of the training
room; places are WGS-84 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.training.scenario import TroubleKind

FORMAT = "wardmote-training-script/1"
NO_UNIT = UnitId("")


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """A call that will ring.

    Attributes:
        number: from 1, unique in the exercise.
        ref: what the scenario calls it; empty for one of the stream.
        category: what it truly is.
        place: how the caller describes the place.
        at_trainee: whether it rings at the trainee's desk; otherwise the next desk takes it.
        about: number of the call that it is about: the same thing reported again, or the same
            caller; 0 for a call of its own.
        moved: the caller of `about` rings again and is now at `lon`, `lat`.
    """

    number: int
    rings_s: float
    category: str
    lon: float
    lat: float
    place: Bilingual
    says: Bilingual
    at_trainee: bool = True
    ref: str = ""
    about: int = 0
    moved: bool = False


@dataclass(frozen=True, slots=True)
class ScriptedTrouble:
    """Something that will go wrong.

    Attributes:
        number: from 1, unique in the exercise.
        unit: whom it befalls; empty for roads, and while it is not known.
        call: number of the call to which the unit is sent that it befalls: the first one sent from
            then on (a vehicle breaks down on the way there); 0 when `unit` is known beforehand.
        edges: edges of the road graph that close; empty for units.
        lasts_s: None lasts to the end.
    """

    number: int
    kind: TroubleKind
    at_s: float
    unit: UnitId = NO_UNIT
    edges: tuple[int, ...] = ()
    lasts_s: float | None = None
    call: int = 0

    def is_on(self, at_s: float) -> bool:
        """Whether it lasts at a moment: begin <= moment < end."""
        return self.at_s <= at_s and (self.lasts_s is None or at_s < self.at_s + self.lasts_s)


@dataclass(frozen=True, slots=True)
class Script:
    """All that will happen. Calls and troubles in the order of their moments.

    Attributes:
        scenario: its code.
        away: units that are not on duty.
    """

    format: str
    scenario: str
    name: Bilingual
    story: Bilingual
    seed: int
    begin_s: float
    end_s: float
    calls: tuple[ScriptedCall, ...]
    trouble: tuple[ScriptedTrouble, ...]
    away: tuple[UnitId, ...]
