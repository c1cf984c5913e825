"""What a process remembers: the last few values, each worked out once however many ask for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """The values asked for last, by key; safe to share among threads.

    Who asks for a key that another thread is working out waits for it.
    """

    def __init__(self, most: int) -> None:
        """Remember nothing yet, and never more than `most` values."""
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._turns: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many values are remembered."""
        return len(self._kept)

    def get(self, key: K, make: Callable[[], V], serves: Callable[[V], bool]) -> V:
        """The remembered value where it `serves`, or else a new one; what fails is not kept."""
        with self._lock:
            if self._serves(key, serves):
                return self._kept[key]
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if self._serves(key, serves):
                    return self._kept[key]
            try:
                made = make()
            finally:
                with self._lock:
                    self._turns.pop(key, None)
            with self._lock:
                self._kept[key] = made
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made

    def known(self, key: K, serves: Callable[[V], bool]) -> V | None:
        """The remembered value where it `serves`; nothing is worked out."""
        with self._lock:
            return self._kept[key] if self._serves(key, serves) else None

    def _serves(self, key: K, serves: Callable[[V], bool]) -> bool:
        """Whether the remembered value serves, which makes it the last to be forgotten."""
        found = key in self._kept and serves(self._kept[key])
        if found:
            self._kept.move_to_end(key)
        return found

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._kept.clear()
