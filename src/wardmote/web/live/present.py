"""Where units are now and were lately, for the API in the same process.

The pipeline that takes positions is built at start and shared here; without one, as in a command
or a test, no unit has a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import NO_POSITIONS
from wardmote.core.domain.positions import PositionBoard as Snapshot
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.web.live.tracks import Span, TrackPoint, TrackStore

Trace = Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Present:
    """The process's position board and track store."""

    board: PositionBoard
    tracks: TrackStore


_present: Present | None = None


def share(present: Present | None) -> None:
    """Let the API of this process read positions from here."""
    global _present  # noqa: PLW0603  # one position board per process
    _present = present


def board_now() -> Snapshot:
    """Where every unit on duty is."""
    return NO_POSITIONS if _present is None else _present.board.snapshot()


def place_now(unit: str) -> tuple[float, float] | None:
    """(lon, lat) of a unit; None when it was not heard of."""
    if _present is None:
        return None
    found = _present.board.positions_of([UnitId(unit)]).get(UnitId(unit))
    return None if found is None else (found[0], found[1])


def track_of(unit: str, from_s: float, to_s: float) -> Sequence[TrackPoint]:
    """The thinned trace of a unit."""
    return () if _present is None else _present.tracks.track(unit, from_s, to_s)


def tracks_of(spans: Sequence[Span]) -> Sequence[Trace]:
    """(fix_s, lon, lat) of many thinned traces, in the order of `spans`; read in one go."""
    if _present is None:
        return [()] * len(spans)
    return [
        [(at.fix_s, at.lon, at.lat) for at in points] for points in _present.tracks.tracks(spans)
    ]
