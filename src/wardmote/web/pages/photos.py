"""A kept picture, as a picture and nothing else."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Purpose
from wardmote.core.domain.photo import PictureSize
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.photos.errors import UnknownPictureError
from wardmote.operations.photos.selectors import OpenedPhoto, open_photo
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import viewer_of_request


@require_safe
def photo(request: HttpRequest, photo_id: str) -> HttpResponse:
    """A picture (``?size=small``: its thumbnail); of a personal subject with ``?purpose=``."""
    viewer = viewer_of_request(request)
    try:
        opened = open_photo(
            viewer,
            photo_id,
            now_s=clock.now_s(),
            size=asked_size(request),
            purpose=_purpose(request),
        )
    except AccessDeniedError as denied:
        log_refusal(request, viewer.staff_id, denied.why, purpose=denied.purpose)
        raise PermissionDenied from denied
    except UnknownPictureError as unknown:
        raise Http404 from unknown
    return picture_answer(opened)


def asked_size(request: HttpRequest) -> PictureSize:
    """The size that the address asks for."""
    small = request.GET.get("size") == PictureSize.SMALL.value
    return PictureSize.SMALL if small else PictureSize.FULL


def picture_answer(opened: OpenedPhoto) -> HttpResponse:
    """An answer that no cache keeps and no browser takes for anything but a picture."""
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Disposition"] = "inline"
    return response


def _purpose(request: HttpRequest) -> Purpose | None:
    named = request.GET.get("purpose", "")
    return Purpose(named) if named in {one.value for one in Purpose} else None
