"""Settings as JSON: frozen dataclasses to plain values and back, with errors that name the field.

Category trees, response standards, routing rules and run cards are data that a person may edit.
`dump` writes them, `load` reads them back and refuses anything that does not fit, naming the
field by its path (``tiers[2].target_s``). Sets are written sorted, so a dump is reproducible.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

JsonValue = Any
T = TypeVar("T")


class InvalidDataError(ValueError):
    """A setting does not fit.

    Attributes:
        path: where, such as ``tiers[2].target_s``; empty for the whole document.
        code: what is wrong: ``missing``, ``unknown_field``, ``wrong_type``, ``not_allowed``,
            or a code of the document's own rules.
        values: what the message to the user needs, such as what was found and what is allowed.
    """

    def __init__(self, path: str, code: str, **values: JsonValue) -> None:
        detail = ", ".join(f"{key}={value!r}" for key, value in values.items())
        super().__init__(f"{path or 'document'}: {code}" + (f" ({detail})" if detail else ""))
        self.path = path
        self.code = code
        self.values = values


def dump(value: Any) -> JsonValue:
    """A value as JSON-ready data: dataclasses become objects, enums values, days ISO text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(dump(item) for item in value)
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, Mapping):
        return {str(dump(key)): dump(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def load(kind: type[T], data: JsonValue, path: str = "") -> T:
    """The `kind` that `dump` wrote as `data`. Fields with a default may be left out.

    Raises:
        InvalidDataError: a field is missing, unknown or of the wrong type; its path says which.
    """
    return typing.cast("T", _read(kind, data, path))


def _read(hint: Any, data: JsonValue, path: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        inner = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return _read(inner, data, path)
    if origin in (tuple, frozenset):
        return _read_items(hint, origin, data, path)
    hint = getattr(hint, "__supertype__", hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _read_record(hint, data, path)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _read_enum(hint, data, path)
    return _read_scalar(hint, data, path)


def _read_day(data: JsonValue, path: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(data)
    except (TypeError, ValueError):
        raise InvalidDataError(path, "wrong_type", expected="date", found=data) from None


def _read_items(hint: Any, origin: Any, data: JsonValue, path: str) -> Any:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise InvalidDataError(path, "wrong_type", expected="list", found=type(data).__name__)
    item_hint = typing.get_args(hint)[0]
    return origin(_read(item_hint, item, f"{path}[{row}]") for row, item in enumerate(data))


def _read_record(kind: type[Any], data: JsonValue, path: str) -> Any:
    if not isinstance(data, Mapping):
        raise InvalidDataError(path, "wrong_type", expected="object", found=type(data).__name__)
    hints, fields = _shape(typing.cast("typing.Hashable", kind))
    for key in data:
        if key not in fields:
            raise InvalidDataError(_at(path, str(key)), "unknown_field", allowed=list(fields))
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            found[name] = _read(hints[name], data[name], _at(path, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise InvalidDataError(_at(path, name), "missing")
    return kind(**found)


@functools.cache
def _shape(kind: Any) -> tuple[dict[str, Any], dict[str, dataclasses.Field[Any]]]:
    """Types and fields of a dataclass; worked out once, since long documents hold many of one."""
    return typing.get_type_hints(kind), {f.name: f for f in dataclasses.fields(kind)}


def _read_enum(kind: type[enum.Enum], data: JsonValue, path: str) -> enum.Enum:
    try:
        if isinstance(data, bool):
            raise ValueError
        return kind(data)
    except ValueError:
        allowed = [member.value for member in kind]
        raise InvalidDataError(path, "not_allowed", found=data, allowed=allowed) from None


def _read_scalar(kind: Any, data: JsonValue, path: str) -> Any:
    if kind is datetime.date:
        return _read_day(data, path)
    if kind is float and type(data) is int:
        try:
            return float(data)
        except OverflowError:
            raise InvalidDataError(path, "not_finite") from None
    if type(data) is not kind:
        raise InvalidDataError(path, "wrong_type", expected=kind.__name__, found=data)
    if kind is float and not math.isfinite(data):
        raise InvalidDataError(path, "not_finite", found=str(data))
    return data


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
