"""Opening kept pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Purpose, Viewer
from wardmote.core.domain.photo import PhotoId, PictureKind, PictureSize
from wardmote.operations.access.services import AccessDeniedError, Looked
from wardmote.operations.people.encryption import WrongKeyError
from wardmote.operations.photos import files
from wardmote.operations.photos.errors import UnknownPictureError
from wardmote.operations.photos.models import Photo
from wardmote.operations.photos.subjects import subject_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """What is known of a kept picture without opening it."""

    id: PhotoId
    kind: PictureKind
    subject_id: str
    width: int
    height: int
    taken_by: str
    kept_s: float


@dataclass(frozen=True, slots=True)
class OpenedPhoto:
    """A picture that was opened: its bytes in the size asked for, and what they are."""

    media_type: str
    content: bytes


def open_photo(
    viewer: Viewer,
    photo_id: str,
    *,
    now_s: float,
    size: PictureSize = PictureSize.FULL,
    purpose: Purpose | None = None,
) -> OpenedPhoto:
    """Open a picture, with the viewer's right; of a personal subject each look is written down.

    Raises:
        UnknownPictureError: there is none, or it has had its time.
        AccessDeniedError: the viewer may not see its subject, or not for this purpose.
    """
    with transaction.atomic():
        row = _row(photo_id, now_s)
        subject = subject_of(row.subject_kind)
        if not subject.may_see(viewer, row.subject_id):
            raise AccessDeniedError
        if subject.personal:
            looked = Looked(row.subject_kind, row.subject_id, AreaId(row.area))
            subject.disclose(viewer, looked, purpose, now_s)
        return _opened(row, size)


def open_photo_of(
    subject_kind: str,
    subject_id: str,
    photo_id: str,
    *,
    now_s: float,
    size: PictureSize = PictureSize.FULL,
) -> OpenedPhoto:
    """Open a picture of one subject for an app that has checked the reader's right itself.

    For pages of people without an account, who hold a token for one subject.

    Raises:
        UnknownPictureError: there is none, it is of another subject, or it has had its time.
    """
    row = _row(photo_id, now_s)
    if (row.subject_kind, row.subject_id) != (subject_kind, subject_id):
        raise UnknownPictureError
    return _opened(row, size)


def photos_of(subject_kind: str, subject_ids: Iterable[str], now_s: float) -> list[KeptPhoto]:
    """The pictures of some subjects, oldest first; the caller has checked who may know of them."""
    rows = Photo.objects.filter(
        subject_kind=subject_kind, subject_id__in=list(subject_ids), until_s__gt=now_s
    ).order_by("kept_s", "pk")
    return [
        KeptPhoto(
            PhotoId(row.pk),
            PictureKind(row.kind),
            row.subject_id,
            row.width,
            row.height,
            row.taken_by,
            row.kept_s,
        )
        for row in rows
    ]


def _row(photo_id: str, now_s: float) -> Photo:
    row = Photo.objects.filter(pk=photo_id, until_s__gt=now_s).first()
    if row is None:
        raise UnknownPictureError
    return row


def _opened(row: Photo, size: PictureSize) -> OpenedPhoto:
    try:
        content = files.read(PhotoId(row.pk), size)
    except FileNotFoundError:
        logger.exception("The file of picture %s is missing", row.pk)
        raise UnknownPictureError from None
    except WrongKeyError:
        logger.exception("The file of picture %s cannot be opened with this key", row.pk)
        raise UnknownPictureError from None
    return OpenedPhoto(row.media_type, content)
