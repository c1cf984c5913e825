"""What time it is: the machine's time, or a demonstration's, which may run faster."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.db import transaction

from wardmote.operations.journal import bus
from wardmote.operations.journal.models import ClockAnchor


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A reading of the clock.

    Attributes:
        now_s: seconds since 1970-01-01 UTC on the deployment's clock.
        rate: deployment seconds per machine second.
    """

    now_s: float
    rate: float


_lock = threading.Lock()
_anchor: ClockAnchor | None = None
_loaded = False


def read() -> ClockReading:
    """The time and the rate of the deployment's clock."""
    anchor = _current_anchor()
    machine_s = time.time()
    if anchor is None:
        return ClockReading(machine_s, 1.0)
    return ClockReading(anchor.served_s + (machine_s - anchor.machine_s) * anchor.rate, anchor.rate)


def now_s() -> float:
    """Seconds since 1970-01-01 UTC on the deployment's clock."""
    return read().now_s


def set_rate(rate: float, *, served_s: float | None = None) -> ClockReading:
    """Let the clock run `rate` times as fast as the machine's, from `served_s` or from now on.

    Raises:
        ValueError: the rate is not in 0 < rate <= 120.
    """
    if not 0 < rate <= 120:
        raise ValueError("the rate of the clock must lie above 0 and at most at 120")
    start_s = read().now_s if served_s is None else served_s
    with transaction.atomic():
        ClockAnchor.objects.update_or_create(
            pk=1, defaults={"machine_s": time.time(), "served_s": start_s, "rate": rate}
        )
        # Whoever reads before the commit would keep the old clock; whoever sleeps until a timer
        # is due must reckon anew.
        transaction.on_commit(_told)
    forget()
    return read()


def _told() -> None:
    forget()
    bus.publish(0)


def forget() -> None:
    """Read the anchor from the database again at the next reading."""
    global _loaded  # noqa: PLW0603  # one clock per process
    with _lock:
        _loaded = False


def _current_anchor() -> ClockAnchor | None:
    global _anchor, _loaded  # noqa: PLW0603  # one clock per process
    if not _loaded:
        with _lock:
            if not _loaded:
                _anchor = ClockAnchor.objects.filter(pk=1).first()
                _loaded = True
    return _anchor
