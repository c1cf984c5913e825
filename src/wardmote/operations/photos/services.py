"""Keeping pictures as proof, and erasing them when their time is over."""

from __future__ import annotations

import functools
import hashlib
import logging

from django.db import IntegrityError, transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.photo import ErasedBecause, PhotoId, PictureKind
from wardmote.core.domain.photo_events import PictureErased, PictureKept
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.idempotency import BadKeyError, KeyReusedError
from wardmote.operations.journal.services import record
from wardmote.operations.photos import files
from wardmote.operations.photos.decoding import CleanPicture, clean
from wardmote.operations.photos.errors import (
    NoRoomForPictureError,
    TooManyPicturesError,
    UnknownSubjectError,
)
from wardmote.operations.photos.models import Photo
from wardmote.operations.photos.subjects import Subject, by_right, register_subject, subject_of

__all__ = [
    "Subject",
    "by_right",
    "forget_old_photos",
    "forget_photos",
    "keep_for",
    "keep_photo",
    "keep_until",
    "register_subject",
]

MOST_PER_SUBJECT = 60
DAY_S = 86_400.0
ERASED_AT_ONCE = 100
RETENTION_ACTOR = "rule:retention"
_MAX_KEY = 80
_HOUR_S = 3_600.0

logger = logging.getLogger(__name__)


def keep_photo(
    viewer: Viewer,
    data: bytes,
    subject_kind: str,
    subject_id: str,
    area: AreaId | None,
    now_s: float,
    *,
    key: str,
    kind: PictureKind = PictureKind.PHOTOGRAPH,
) -> PhotoId:
    """Keep a picture that a member of staff took; the same key again keeps nothing twice.

    Args:
        data: the file as it was sent.
        subject_kind, subject_id: what it is about, as registered (`subjects`).
        area: of the subject; None takes the subject's own. Another one than its own is refused.
        key: made by the phone, at most 80 characters.

    Raises:
        AccessDeniedError: the viewer may not add pictures to it.
        RefusedError: no such subject, no picture that can be kept, too many of them, or no room.
        BadKeyError, KeyReusedError: the key cannot be used for this.
    """
    subject = subject_of(subject_kind)
    its_area = subject.area_of(subject_id)
    if its_area is None:
        raise UnknownSubjectError
    if area not in (None, its_area) or not subject.may_add(viewer, subject_id):
        raise AccessDeniedError
    return keep_for(
        viewer.staff_id, data, subject_kind, subject_id, its_area, now_s, key=key, kind=kind
    )


def keep_for(
    actor: str,
    data: bytes,
    subject_kind: str,
    subject_id: str,
    area: AreaId,
    now_s: float,
    *,
    key: str,
    kind: PictureKind = PictureKind.PHOTOGRAPH,
) -> PhotoId:
    """Keep a picture for an app that has checked the sender's right itself.

    The file is on the disk before its row is: a row never names a file that is not there. When
    the row cannot be written, the file goes again; one that a rolled-back transaction of the caller
    leaves is removed within two days.

    Raises:
        RefusedError: no picture that can be kept, too many of them, or no room.
        BadKeyError, KeyReusedError: the key cannot be used for this.
    """
    if not 0 < len(key) <= _MAX_KEY:
        raise BadKeyError
    digest = hashlib.sha256(data).hexdigest()
    about = (subject_kind, subject_id, digest)
    known = _kept_before(actor, key, about)
    if known is not None:
        return known
    subject = subject_of(subject_kind)
    if Photo.objects.filter(subject_kind=subject_kind, subject_id=subject_id).count() >= (
        MOST_PER_SUBJECT
    ):
        raise TooManyPicturesError(most=MOST_PER_SUBJECT)
    picture = clean(data, kind)
    photo = PhotoId(new_id(now_s))
    _write(photo, picture)
    kept = False
    try:
        with transaction.atomic():
            Photo.objects.create(
                id=photo,
                key=key,
                sent_sha256=digest,
                kind=kind.value,
                subject_kind=subject_kind,
                subject_id=subject_id,
                area=area,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                taken_by=actor,
                kept_s=now_s,
                until_s=now_s + subject.keep_days * DAY_S,
            )
            event = PictureKept(photo, kind, subject_kind, subject_id)
            record([event], actor=actor, area=area, now_s=now_s)
        kept = True
    except IntegrityError:
        # The phone sent it twice at once, and the other one was first.
        known = _kept_before(actor, key, about)
        if known is None:
            raise
        return known
    finally:
        if not kept:
            files.remove(photo)
    return photo


def keep_until(subject_kind: str, subject_id: str, until_s: float) -> None:
    """Set until when the pictures of a subject are kept (seconds UTC)."""
    Photo.objects.filter(subject_kind=subject_kind, subject_id=subject_id).update(until_s=until_s)


def forget_photos(
    subject_kind: str, subject_id: str, *, actor: str, now_s: float, only: str = ""
) -> int:
    """Erase the pictures of a subject, or `only` one of them, at once; returns how many.

    The caller has checked that `actor` may.
    """
    with transaction.atomic():
        rows = Photo.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
        due = list(rows.filter(pk=only) if only else rows)
        _erase(due, ErasedBecause.REQUEST, actor, now_s)
    return len(due)


def forget_old_photos(now_s: float) -> int:
    """Erase pictures whose time is over (<=) and files without a row; returns how many pictures.

    A part of the folder is looked through for such files each hour, all of it within a day.
    """
    erased = 0
    while True:
        with transaction.atomic():
            rows = Photo.objects.filter(until_s__lte=now_s).order_by("until_s", "pk")
            due = list(rows[:ERASED_AT_ONCE])
            _erase(due, ErasedBecause.TERM, RETENTION_ACTOR, now_s)
        erased += len(due)
        if len(due) < ERASED_AT_ONCE:
            break
    hour = int(now_s // _HOUR_S) % 24
    for shard in files.SHARDS[hour::24]:
        _remove_strays(shard)
    return erased


def _remove_strays(shard: str) -> None:
    """Remove files that are a day old and have no row: of a transaction that was rolled back."""
    old = list(files.older_than(shard, DAY_S))
    rows = set(Photo.objects.filter(pk__in=old).values_list("pk", flat=True))
    for photo in old:
        if photo not in rows:
            files.remove(photo)


def _erase(rows: list[Photo], reason: ErasedBecause, actor: str, now_s: float) -> None:
    """Delete rows; their files go once that is certain."""
    for row in rows:
        photo = PhotoId(row.pk)
        event = PictureErased(photo, row.subject_kind, row.subject_id, reason)
        record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
        transaction.on_commit(functools.partial(files.remove, photo))
    Photo.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _kept_before(actor: str, key: str, about: tuple[str, str, str]) -> PhotoId | None:
    row = Photo.objects.filter(taken_by=actor, key=key).first()
    if row is None:
        return None
    if (row.subject_kind, row.subject_id, row.sent_sha256) != about:
        raise KeyReusedError
    return PhotoId(row.pk)


def _write(photo: PhotoId, picture: CleanPicture) -> None:
    try:
        files.write(photo, picture.full, picture.small)
    except OSError as error:
        logger.exception("Picture %s could not be written", photo)
        raise NoRoomForPictureError from error
