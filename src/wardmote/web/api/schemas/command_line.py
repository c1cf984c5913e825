"""Shapes of the command line and its grammar."""

from __future__ import annotations

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Name


class CommandIn(Schema):
    """A line of the command line."""

    line: str = Field(max_length=500, pattern=r"^[^\x00]*$", examples=["d 7 u3 u4"])


class CommandOut(Schema):
    """What the line did."""

    message: str
    incident: str | None


class ArgumentOut(Schema):
    """A place in a line."""

    name: str
    kind: str
    many: bool = False
    optional: bool = False


class VerbOut(Schema):
    """A verb of the command line."""

    verb: str
    names: list[str]
    usage: str
    help: Name
    arguments: list[ArgumentOut]


class GrammarOut(Schema):
    """The grammar of the command line."""

    verbs: list[VerbOut]
