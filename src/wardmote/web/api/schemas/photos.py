"""Shapes of kept pictures."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from wardmote.core.domain.photo import PictureKind
from wardmote.web.api.schemas.common import Code, Id


class PhotoIn(Schema):
    """What comes along with a picture.

    Attributes:
        subject_kind: such as ``task`` or ``hazard``.
        subject_id: which one.
    """

    subject_kind: Code
    subject_id: Id
    kind: PictureKind = Field(PictureKind.PHOTOGRAPH)
