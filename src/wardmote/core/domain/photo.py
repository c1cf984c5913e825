"""What a picture kept as proof may be."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

PhotoId = NewType("PhotoId", str)
"""A kept picture's id; the bytes are in a file of that name."""


class PictureKind(StrEnum):
    """What a picture is: a photograph, or a signature drawn on a screen."""

    PHOTOGRAPH = "photograph"
    SIGNATURE = "signature"


class PictureSize(StrEnum):
    """In which size a picture is opened."""

    FULL = "full"
    SMALL = "small"


class ErasedBecause(StrEnum):
    """Why a picture was erased: its time was over, or somebody asked for it."""

    TERM = "term"
    REQUEST = "request"
