"""Write the JSON schemas of roster files from the dataclasses that read them.

python docs/write_roster_schemas.py
"""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from pathlib import Path
from typing import Any

from wardmote.core.planning.rosters.question import QUESTION_FORMAT, RosterQuestion
from wardmote.core.planning.rosters.roster import ROSTER_FORMAT, RosterDocument

FOLDER = Path(__file__).parent / "reference"
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema_of(hint: Any) -> dict[str, Any]:
    """The schema of a type as `wardmote.core.domain.plain` reads it."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return {"anyOf": [schema_of(inner), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": schema_of(typing.get_args(hint)[0])}
    if dataclasses.is_dataclass(hint):
        return record_of(hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [member.value for member in hint]}
    return {"type": SCALARS[hint]}


def record_of(kind: Any) -> dict[str, Any]:
    """The schema of a dataclass: no field that is not known, none missing without a default."""
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    none = dataclasses.MISSING
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: schema_of(hints[field.name]) for field in fields},
        "required": [
            field.name
            for field in fields
            if field.default is none and field.default_factory is none
        ],
    }


def write(name: str, form: str, kind: Any) -> None:
    """Write a schema beside the page that describes it."""
    schema = record_of(kind)
    schema["properties"] = {"format": {"const": form}, **schema["properties"]}
    schema["required"] = ["format", *schema["required"]]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": form}
    text = json.dumps(head | schema, indent=1) + "\n"
    (FOLDER / f"{name}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write("roster-question", QUESTION_FORMAT, RosterQuestion)
    write("roster", ROSTER_FORMAT, RosterDocument)
