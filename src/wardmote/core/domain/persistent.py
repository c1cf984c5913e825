"""A map that is never changed: setting a key gives a new map that shares almost everything.

Two levels: a tuple of small dicts, chosen by a checksum of the key, so a change copies one shelf
of 64 instead of the whole. Python's own string hash is not used because it differs between
processes; equal histories give equal orders everywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

K = TypeVar("K", bound=str)
V = TypeVar("V")

_SHELVES: Final = 64


class PersistentMap(Mapping[K, V]):
    """An immutable mapping from strings; iteration is in no meaningful order."""

    __slots__ = ("_shelves", "_size")

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        shelves: list[dict[K, V]] = [{} for _ in range(_SHELVES)]
        for key, value in items:
            shelves[_shelf(key)][key] = value
        self._shelves = tuple(shelves)
        self._size = sum(map(len, shelves))

    def __getitem__(self, key: K) -> V:
        return self._shelves[_shelf(key)][key]

    def __iter__(self) -> Iterator[K]:
        for shelf in self._shelves:
            yield from shelf

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"PersistentMap({dict(self)!r})"

    def put(self, key: K, value: V) -> PersistentMap[K, V]:
        """The map with `key` set to `value`."""
        position = _shelf(key)
        old = self._shelves[position]
        shelf = old.copy()
        shelf[key] = value
        return self._with(position, shelf, self._size + len(shelf) - len(old))

    def without(self, key: K) -> PersistentMap[K, V]:
        """The map without `key`; the same map if it has none."""
        position = _shelf(key)
        if key not in self._shelves[position]:
            return self
        shelf = self._shelves[position].copy()
        del shelf[key]
        return self._with(position, shelf, self._size - 1)

    def _with(self, position: int, shelf: dict[K, V], size: int) -> PersistentMap[K, V]:
        new: PersistentMap[K, V] = PersistentMap.__new__(PersistentMap)
        shelves = self._shelves
        new._shelves = (*shelves[:position], shelf, *shelves[position + 1 :])
        new._size = size
        return new


def _shelf(key: str) -> int:
    return zlib.crc32(key.encode()) % _SHELVES
