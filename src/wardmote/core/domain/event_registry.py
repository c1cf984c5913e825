"""The envelope of events, and the register of their payloads: type names and versions.

Each payload class is registered under a type name and a version. To change a payload, add a
class for the next version and an upgrade from the last one; old events stay readable.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from wardmote.core.domain.ids import AreaId, EventId

JsonValue = Any
PayloadT = TypeVar("PayloadT", bound="Payload")
OldT = TypeVar("OldT", bound="Payload")


@dataclass(frozen=True, slots=True)
class Payload:
    """What one type of event says. Fields are JSON scalars, enums or tuples of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its envelope.

    Attributes:
        seq: position in the journal, from 1; 0 while it has none.
        occurred_s: when it happened, seconds since 1970-01-01 UTC (device time if there is one).
        recorded_s: when this server wrote it, same unit.
        actor: a staff id, ``rule:<name>`` for a standing order, or ``outside:<system>``.
        area: whose event it is; streams and permissions look at this.
    """

    seq: int
    event_id: EventId
    occurred_s: float
    recorded_s: float
    actor: str
    area: AreaId
    payload: Payload


class UnknownEventError(ValueError):
    """The journal holds a type or version that this release does not know."""


class EventRegistry:
    """Type names and versions of payloads, both ways."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, int], type[Payload]] = {}
        self._by_class: dict[type[Payload], tuple[str, int]] = {}
        self._upgrades: dict[type[Payload], Callable[[Any], Payload]] = {}

    def register(self, name: str, version: int = 1) -> Callable[[type[PayloadT]], type[PayloadT]]:
        """Class decorator that files a payload class under `name` and `version`."""

        def file(payload_class: type[PayloadT]) -> type[PayloadT]:
            key = (name, version)
            if key in self._by_name:
                raise ValueError(f"event {name} v{version} is registered twice")
            self._by_name[key] = payload_class
            self._by_class[payload_class] = key
            return payload_class

        return file

    def upgrades(
        self, old: type[OldT]
    ) -> Callable[[Callable[[OldT], PayloadT]], Callable[[OldT], PayloadT]]:
        """Function decorator: this is how a payload of an older class becomes the next one."""

        def file(upgrade: Callable[[OldT], PayloadT]) -> Callable[[OldT], PayloadT]:
            if old in self._upgrades:
                raise ValueError(f"{old.__name__} is upgraded twice")
            self._upgrades[old] = upgrade
            return upgrade

        return file

    def newest(self, payload: Payload) -> Payload:
        """A payload in the newest version of its type."""
        while (upgrade := self._upgrades.get(type(payload))) is not None:
            payload = upgrade(payload)
        return payload

    def name_and_version(self, payload: Payload) -> tuple[str, int]:
        """The type name and version of a payload."""
        return self._by_class[type(payload)]

    def type_name(self, payload_class: type[Payload]) -> str:
        """The type name of a class of payloads."""
        return self._by_class[payload_class][0]

    def names(self) -> tuple[tuple[str, int], ...]:
        """Every registered (type name, version), sorted."""
        return tuple(sorted(self._by_name))

    def payload_class(self, name: str, version: int) -> type[Payload]:
        """The class filed under a name and version.

        Raises:
            UnknownEventError: there is none.
        """
        try:
            return self._by_name[(name, version)]
        except KeyError:
            raise UnknownEventError(f"unknown event {name} v{version}") from None

    def encode(self, payload: Payload) -> dict[str, JsonValue]:
        """A payload as JSON-ready values; enums become their values, tuples become lists."""
        return {f.name: _plain(getattr(payload, f.name)) for f in dataclasses.fields(payload)}

    def decode(self, name: str, version: int, data: Mapping[str, JsonValue]) -> Payload:
        """The payload that `encode` wrote, in the newest version of its type.

        Raises:
            UnknownEventError: no such type or version, or the data does not fit it.
        """
        payload_class = self.payload_class(name, version)
        hints = _hints_of(payload_class)
        try:
            read = payload_class(
                **{
                    f.name: _typed(hints[f.name], data[f.name])
                    for f in dataclasses.fields(payload_class)
                }
            )
        except (KeyError, ValueError, TypeError) as error:
            raise UnknownEventError(f"event {name} v{version} does not fit: {error}") from error
        return self.newest(read)


REGISTRY = EventRegistry()


def _plain(value: Any) -> JsonValue:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return getattr(value, "value", value)


_hints_of: Callable[[Any], dict[str, Any]] = functools.cache(typing.get_type_hints)
"""The types of a dataclass's fields; resolving them takes longer than decoding a payload."""


def _typed(hint: Any, value: JsonValue) -> Any:
    origin = typing.get_origin(hint)
    if origin is types.UnionType or origin is typing.Union:
        if value is None:
            return None
        inner = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return _typed(inner, value)
    if origin is tuple:
        item_hint = typing.get_args(hint)[0]
        return tuple(_typed(item_hint, item) for item in value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = _hints_of(hint)
        return hint(
            **{f.name: _typed(hints[f.name], value[f.name]) for f in dataclasses.fields(hint)}
        )
    return _scalar(getattr(hint, "__supertype__", hint), value)


def _scalar(kind: Any, value: JsonValue) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if kind in (str, int, bool, float) and type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {value!r}")
    return kind(value)
