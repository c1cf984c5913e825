"""The description of the API for people: its operations and shapes as a page can show them.

One reading of the OpenAPI description serves the page in the product and the page in the docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an operation, or a field of a shape.

    Attributes:
        place: ``path``, ``query`` or ``header``; empty for a field of a shape.
        kind: what it may hold, in words: ``text``, ``number``, a shape's name, ``list of …``.
    """

    name: str
    kind: str
    required: bool
    place: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        body: what is sent, in words as a field's kind; empty when nothing is.
        answers: status and what is answered, in words; empty when there is no body.
    """

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON object that is sent or answered."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole description: operations by subject, then shapes by name."""

    title: str
    version: str
    description: str
    subjects: tuple[tuple[str, tuple[Operation, ...]], ...]
    shapes: tuple[Shape, ...]


def reference_of(description: Json) -> Reference:
    """Read an OpenAPI 3.1 description."""
    subjects: dict[str, list[Operation]] = {}
    for path, methods in description["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                subject = (said.get("tags") or ["other"])[0]
                subjects.setdefault(subject, []).append(_operation(method, path, said))
    shapes = description.get("components", {}).get("schemas", {})
    return Reference(
        title=description["info"]["title"],
        version=description["info"]["version"],
        description=description["info"].get("description", ""),
        subjects=tuple((name, tuple(found)) for name, found in sorted(subjects.items())),
        shapes=tuple(_shape(name, shapes[name]) for name in sorted(shapes)),
    )


def _operation(method: str, path: str, said: Json) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        parameters=tuple(
            Field(
                name=one["name"],
                kind=kind_of(one.get("schema", {})),
                required=bool(one.get("required")),
                place=one["in"],
                description=one.get("description", ""),
            )
            for one in said.get("parameters", ())
        ),
        body=_content_of(said.get("requestBody", {})),
        answers=tuple(
            (str(status), _content_of(answer)) for status, answer in said["responses"].items()
        ),
    )


def _shape(name: str, schema: Json) -> Shape:
    required = schema.get("required", ())
    return Shape(
        name=name,
        description=schema.get("description", ""),
        fields=tuple(
            Field(one, kind_of(said), one in required, description=said.get("description", ""))
            for one, said in schema.get("properties", {}).items()
        ),
    )


def _content_of(said: Json) -> str:
    for content in said.get("content", {}).values():
        return kind_of(content.get("schema", {}))
    return ""


def kind_of(schema: Json) -> str:
    """What a JSON schema admits, in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REFERENCE)
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in schema:
            return " or ".join(dict.fromkeys(kind_of(one) for one in schema[joined]))
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return " or ".join(f"“{one}”" for one in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}{_limits(schema)}"
    words = {"string": "text", "integer": "whole number", "null": "null", "object": "object"}
    return words.get(str(kind), str(kind or "anything")) + _limits(schema)


def _limits(schema: Json) -> str:
    said = "; ".join(_limit_words(schema))
    return f" ({said})" if said else ""


def _limit_words(schema: Json) -> Iterator[str]:
    for name, words in (
        ("minimum", "at least {}"),
        ("exclusiveMinimum", "more than {}"),
        ("maximum", "at most {}"),
        ("exclusiveMaximum", "less than {}"),
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minItems", "at least {}"),
        ("maxItems", "at most {}"),
    ):
        if name in schema:
            number = schema[name]
            yield words.format(f"{number:g}" if isinstance(number, float) else number)
