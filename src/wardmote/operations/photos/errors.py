"""Why a picture was not kept or is not shown."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class NotAPictureError(RefusedError):
    """The bytes are no picture of a kind that is taken."""

    code = "not_a_picture"
    sentence: ClassVar[str | Promise] = _(
        "This file is not a picture that can be kept. Send a JPEG, PNG or WebP picture; if the "
        "phone takes HEIC pictures, set its camera to “most compatible”."
    )


class BrokenPictureError(RefusedError):
    """The picture begins as one and cannot be read to its end."""

    code = "broken_picture"
    sentence: ClassVar[str | Promise] = _(
        "This picture is damaged or was cut off on its way. Take it again, or send it again."
    )


class PictureTooLargeError(RefusedError):
    """The file has too many bytes."""

    code = "picture_too_large"
    status = 413
    sentence: ClassVar[str | Promise] = _(
        "This picture has more than %(most)d MB. Send a smaller one."
    )


class TooManyPixelsError(RefusedError):
    """The picture has too many pixels."""

    code = "too_many_pixels"
    sentence: ClassVar[str | Promise] = _(
        "This picture has more than %(most)d million pixels, or a side longer than %(side)d. "
        "Take it with a lower resolution."
    )


class TooManyPicturesError(RefusedError):
    """Its subject has as many pictures as can be kept."""

    code = "too_many_pictures"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "%(most)d pictures are kept here already, and no more can be added."
    )


class NoRoomForPictureError(RefusedError):
    """The disk is full or cannot be written."""

    code = "no_room"
    status = 507
    sentence: ClassVar[str | Promise] = _(
        "Nothing was saved: the server's disk is full or cannot be written. Tell whoever runs the "
        "server, and send it again once there is room."
    )


class UnknownPictureError(RefusedError):
    """There is no such picture, or it has had its time."""

    code = "unknown_picture"
    status = 404
    sentence: ClassVar[str | Promise] = _("This picture is no longer kept.")


class UnknownSubjectError(RefusedError):
    """What the picture is said to be about is not there."""

    code = "unknown_subject"
    status = 404
    sentence: ClassVar[str | Promise] = _("What this picture belongs to is no longer there.")
