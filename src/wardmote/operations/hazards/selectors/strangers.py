"""What people without an account see by their tokens: places, reports, parts of owners."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.photo import PictureSize
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import Hazard, HazardExtension, HazardPart, ReportPoint
from wardmote.operations.hazards.recording import HAZARD_SUBJECT, PROOF_SUBJECT
from wardmote.operations.hazards.tokens import digest, part_of_token
from wardmote.operations.photos.errors import UnknownPictureError
from wardmote.operations.photos.selectors import KeptPhoto, OpenedPhoto, open_photo_of, photos_of

MOST_MERGES = 50
"""A report that was merged is followed so many times; merges make no circle."""


def point_of(token: str) -> ReportPoint:
    """The place of a QR code.

    Raises:
        UnknownHazardError: no such place, or it takes no reports any more.
    """
    row = ReportPoint.objects.filter(token=token, active=True).first()
    if row is None:
        raise UnknownHazardError
    return row


def followed(token: str) -> Hazard:
    """The hazard that a reporter's token follows; the last one that it was merged into.

    Raises:
        UnknownHazardError: no such token.
    """
    row = Hazard.objects.filter(follow_sha256=digest(token)).first() if token else None
    if row is None:
        raise UnknownHazardError
    for _step in range(MOST_MERGES):
        if row.merged_into is None:
            break
        row = row.merged_into
    return row


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """What the owner of a part sees: the hazard, the part, and pictures of both."""

    part: HazardPart
    before: tuple[KeptPhoto, ...]
    after: tuple[KeptPhoto, ...]
    extensions: tuple[HazardExtension, ...]


def owner_page(token: str, *, now_s: float) -> OwnerPage:
    """What the owner of a part sees, by their token.

    Raises:
        UnknownHazardError: no such token, or its part is over.
    """
    part = part_of_token(token)
    return OwnerPage(
        part,
        tuple(photos_of(HAZARD_SUBJECT, [part.hazard_id], now_s)),
        tuple(photos_of(PROOF_SUBJECT, [part.pk], now_s)),
        tuple(part.extensions.order_by("asked_s")),
    )


def owner_photo(token: str, photo_id: str, *, now_s: float, size: PictureSize) -> OpenedPhoto:
    """A picture of an owner's hazard or part.

    Raises:
        UnknownHazardError, UnknownPictureError: no such token or picture.
    """
    part = part_of_token(token)
    try:
        return open_photo_of(PROOF_SUBJECT, part.pk, photo_id, now_s=now_s, size=size)
    except UnknownPictureError:
        return open_photo_of(HAZARD_SUBJECT, part.hazard_id, photo_id, now_s=now_s, size=size)
