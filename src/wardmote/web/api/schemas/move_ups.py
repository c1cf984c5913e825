"""Shapes of advice to idle units, and of patrols."""

from __future__ import annotations

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Code


class MoveUpActionIn(Schema):
    """An action of the life cycle of a move-up; to refuse asks for a reason code."""

    action: Code = Field(examples=["acknowledge"])
    reason: Code = ""
