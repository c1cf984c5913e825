"""Tells this process's listeners that the journal has grown.

Listeners get only the newest position and read the journal themselves, so that a missed or
repeated call loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Listener = Callable[[int], None]

_lock = threading.Lock()
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> Callable[[], None]:
    """Call `listener(seq)` after each commit; the returned function ends the subscription.

    The listener runs in the committing thread: it must only wake somebody up.
    """
    with _lock:
        _listeners.append(listener)

    def unsubscribe() -> None:
        with _lock:
            if listener in _listeners:
                _listeners.remove(listener)

    return unsubscribe


def publish(seq: int) -> None:
    """The journal now reaches at least `seq`."""
    with _lock:
        listeners = tuple(_listeners)
    for listener in listeners:
        listener(seq)
