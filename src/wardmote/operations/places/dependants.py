"""What hangs on places in other capabilities: asked before a place ends, moved when it is followed.

Appointments, tasks and whatever else names a division or grid add themselves here at start-up;
places know none of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from wardmote.core.domain.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Dependant:
    """One thing that hangs on a place.

    Attributes:
        kind: of which capability, such as ``appointment``.
        label: what a person sees, in the language active now; no personal data but names of staff.
        code: the division or grid that it hangs on.
    """

    kind: str
    dependant_id: str
    label: str
    code: str


class Dependants(Protocol):
    """What a capability answers about the places that it leans on."""

    @property
    def kind(self) -> str:
        """Its name, as in `Dependant`."""

    def of(self, viewer: Viewer, codes: Collection[str], day: datetime.date) -> Sequence[Dependant]:
        """What hangs on these places on a local day or later."""

    def move(
        self, viewer: Viewer, dependant_id: str, code: str, day: datetime.date, *, now_s: float
    ) -> None:
        """Let it hang on another place from a day on, in the transaction of the change of places.

        Raises:
            RefusedError: it cannot; nothing of the change of places is done then.
        """


_known: dict[str, Dependants] = {}


def lean_on_places(dependants: Dependants) -> None:
    """Have a capability asked from now on; called once at start-up, again changes nothing."""
    _known[dependants.kind] = dependants


def dependants_of(
    viewer: Viewer, codes: Collection[str], day: datetime.date
) -> tuple[Dependant, ...]:
    """Everything in other capabilities that hangs on these places, by capability."""
    return tuple(one for kind in sorted(_known) for one in _known[kind].of(viewer, codes, day))


def move_dependant(
    viewer: Viewer, kind: str, dependant_id: str, code: str, day: datetime.date, *, now_s: float
) -> None:
    """Let one thing hang on another place.

    Raises:
        KeyError: no capability of this kind.
        RefusedError: it cannot.
    """
    _known[kind].move(viewer, dependant_id, code, day, now_s=now_s)
