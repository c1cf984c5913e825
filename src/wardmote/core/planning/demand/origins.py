"""Which calls may teach the demand: those of the public, never what officers went looking for.

Counting what patrols find would close a loop: more patrols in a street find more there, the count
sends more patrols, and the street's record grows without anybody in it having called (Lum and
Isaac, doi:10.1111/j.1740-9713.2016.00960.x; Ensign et al., PMLR 81:160-171). So every call
states its origin, there is no default, and whatever nobody outside asked for is refused and
counted. Nothing here identifies a caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.travel.graph import Float64


class CallOrigin(StrEnum):
    """Who began it."""

    PUBLIC = "public"
    """Somebody called, wrote or came in."""
    ALARM = "alarm"
    """A device called: fire, intrusion or panic alarm."""
    OTHER_SERVICE = "other_service"
    """Another control room asked for help with a call of its own."""
    OFFICER = "officer"
    """An officer or a unit found it or went looking: stops, checks, patrols, warrants."""
    PLANNED = "planned"
    """Duties known in advance: escorts, inspections, assignments, follow-up visits."""
    UNKNOWN = "unknown"
    """The record does not say."""


LEARNT_FROM = frozenset({CallOrigin.PUBLIC, CallOrigin.ALARM, CallOrigin.OTHER_SERVICE})
"""Origins that demand may be learnt from. `UNKNOWN` is not among them: a doubt is a refusal."""


class RefusedOriginError(ValueError):
    """Counts of an origin that demand must not be learnt from."""

    def __init__(self, origin: CallOrigin) -> None:
        super().__init__(f"demand is not learnt from calls of origin {origin.value!r}")
        self.origin = origin


def require_learnable(origin: CallOrigin) -> None:
    """Raise `RefusedOriginError` unless demand may be learnt from this origin."""
    if CallOrigin(origin) not in LEARNT_FROM:
        raise RefusedOriginError(CallOrigin(origin))


@dataclass(frozen=True, slots=True)
class DemandCall:
    """When and where something was asked for.

    Attributes:
        at_s: when the call came in; seconds UTC.
        origin: required; a call without one cannot be made.
        lon, lat: WGS-84 degrees of the place asked for; NaN when unknown (both or neither).
    """

    at_s: float
    origin: CallOrigin
    lon: float = float("nan")
    lat: float = float("nan")

    def __post_init__(self) -> None:
        CallOrigin(self.origin)


@dataclass(frozen=True, slots=True, eq=False)
class AdmittedCalls:
    """Calls that demand may be learnt from, and an account of the others. Make it with `admit`.

    Attributes:
        at_s: float64 [n] seconds UTC, ascending.
        lon, lat: float64 [n] degrees; NaN unknown.
        admitted, refused: calls by origin.
    """

    at_s: Float64
    lon: Float64
    lat: Float64
    admitted: Mapping[CallOrigin, int]
    refused: Mapping[CallOrigin, int]

    def __len__(self) -> int:
        return len(self.at_s)


def admit(calls: Iterable[DemandCall]) -> AdmittedCalls:
    """Sort calls by time, leave out those that demand must not be learnt from, and count both."""
    admitted: Counter[CallOrigin] = Counter()
    refused: Counter[CallOrigin] = Counter()
    kept: list[tuple[float, float, float]] = []
    for call in calls:
        origin = CallOrigin(call.origin)
        if origin in LEARNT_FROM:
            admitted[origin] += 1
            kept.append((call.at_s, call.lon, call.lat))
        else:
            refused[origin] += 1
    table = np.array(kept, dtype=np.float64).reshape(len(kept), 3)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return AdmittedCalls(
        np.ascontiguousarray(table[:, 0]),
        np.ascontiguousarray(table[:, 1]),
        np.ascontiguousarray(table[:, 2]),
        dict(admitted),
        dict(refused),
    )
