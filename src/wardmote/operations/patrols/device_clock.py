"""How far patrols and watches believe a phone that tells of them later, and what it may note."""

from __future__ import annotations

from wardmote.operations import device_clock

OFFLINE_S = 36 * 3_600.0
"""What a phone says of the time counts for so long back (<=)."""
LONGEST_NOTE = 1_000


def moment_of(device_s: float | None, now_s: float, not_before_s: float) -> tuple[float, str]:
    """The time that counts, seconds UTC, and whose clock it is; see `operations.device_clock`."""
    return device_clock.moment_of(device_s, now_s, not_before_s, offline_s=OFFLINE_S)


def noted(note: str) -> str:
    """A short note without what databases do not take."""
    return note.replace("\0", "").strip()[:LONGEST_NOTE]
