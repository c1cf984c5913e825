"""Shapes and checks that every part of the API uses."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Schema

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z_.:-]*$")]
Code = Annotated[str, Field(max_length=80, pattern=r"^[0-9A-Za-z_.:-]*$")]
Lon = Annotated[float, Field(ge=-180, le=180, description="Degrees WGS-84")]
Lat = Annotated[float, Field(ge=-90, le=90, description="Degrees WGS-84")]
Seconds = Annotated[float, Field(ge=0, le=1e11, description="Seconds since 1970-01-01 UTC")]

CHANGE = (400, 404, 409, 413, 422)
"""Errors of an operation that changes something."""

IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 80},
            "description": "The same key with the same body gets the same answer and changes "
            "nothing; with another body it is refused with 409.",
            "example": "7b6f3c52-9f0e-4d0e-b7b4-6a1f6ad0c1aa",
        }
    ]
}


class ErrorOut(Schema):
    """Why nothing was done; `message` is a sentence in the reader's language."""

    code: str
    message: str
    field: str | None = None
    allowed: list[str] | None = None
    column: int | None = None


def answers(*good: tuple[int, Any], bad: tuple[int, ...] = ()) -> dict[int, Any]:
    """Answers of an operation by status; every operation may also answer 401, 403 and 429."""
    found: dict[int, Any] = dict(good)
    for status in (401, 403, 429, *bad):
        found[status] = ErrorOut
    return found


class Name(Schema):
    """A name in both languages."""

    zh: str
    en: str


class CodeOut(Schema):
    """A code that a person picks from a list."""

    code: str
    name: Name


class ChangedOut(Schema):
    """Whether anything changed; a repeated request changes nothing."""

    changed: bool


class StateOut(Schema):
    """Where something stands now."""

    state: str


class IdOut(Schema):
    """The id of what was made."""

    id: str
