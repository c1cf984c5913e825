"""When something happened that a phone tells, perhaps later: by its clock where it can be right."""

from __future__ import annotations

DEVICE, SERVER = "device", "server"
AHEAD_S = 120.0
"""A clock that is fast by so much (<=) is still believed, but nothing is dated into the future."""


def moment_of(
    device_s: float | None, now_s: float, not_before_s: float, *, offline_s: float
) -> tuple[float, str]:
    """The time that counts, seconds UTC, and whose clock it is: `DEVICE` or `SERVER`.

    Args:
        device_s: the phone's clock when it was done; None: it was done on a page of the server.
        not_before_s: what must have happened before (<=).
        offline_s: what a phone says of the time counts for so long back (<=).
    """
    if device_s is None or not now_s - offline_s <= device_s <= now_s + AHEAD_S:
        return now_s, SERVER
    at_s = min(device_s, now_s)
    return (at_s, DEVICE) if at_s >= not_before_s else (now_s, SERVER)
