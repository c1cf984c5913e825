"""What happened to pictures kept as proof. Events name the file; what it shows is in the file."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.photo import ErasedBecause, PictureKind


@REGISTRY.register("picture.kept")
@dataclass(frozen=True, slots=True)
class PictureKept(Payload):
    """A picture was kept.

    Attributes:
        picture: its id.
        kind: what it is.
        subject_kind, subject: what it is about, such as ``hazard`` and its id.
    """

    picture: str
    kind: PictureKind
    subject_kind: str
    subject: str


@REGISTRY.register("picture.erased")
@dataclass(frozen=True, slots=True)
class PictureErased(Payload):
    """A picture was erased; `reason` says why."""

    picture: str
    subject_kind: str
    subject: str
    reason: ErasedBecause
