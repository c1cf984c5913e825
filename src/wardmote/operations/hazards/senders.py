"""How many reports came from one address at one place within the hour.

Addresses of residents are kept in memory alone, as digests, and forgotten with the hour. One server
runs for one database, so its memory knows of all reports.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter

HOUR_S = 3_600.0

_lock = threading.Lock()
_hour = 0
_counts: Counter[bytes] = Counter()


def reports_of(point: str, sender: str, now_s: float) -> int:
    """How many reports a sender has made at a place in this hour; 0 for a sender not known."""
    with _lock:
        return _counts[_whose(point, sender)] if sender and _hour == int(now_s // HOUR_S) else 0


def count_report(point: str, sender: str, now_s: float) -> None:
    """Count a report that was taken."""
    global _hour  # noqa: PLW0603  # the hour that is counted now
    if not sender:
        return
    with _lock:
        if _hour != int(now_s // HOUR_S):
            _hour = int(now_s // HOUR_S)
            _counts.clear()
        _counts[_whose(point, sender)] += 1


def _whose(point: str, sender: str) -> bytes:
    return hashlib.sha256(f"{point}\0{sender}".encode()).digest()
