"""``/api/photos``: keep a photograph or a signature as proof of something."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.files import UploadedFile
from ninja.params.functions import File, Form

from wardmote.operations.journal import clock
from wardmote.operations.photos import services
from wardmote.web.api.answers import KEY_HEADER, ApiError, answer, as_request
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, IdOut, answers
from wardmote.web.api.schemas.photos import PhotoIn

router = Router(tags=["photos"])


@router.post(
    "/photos",
    response=answers((201, IdOut), bad=(*CHANGE, 507)),
    summary="Keep a picture as proof",
    openapi_extra=IDEMPOTENT,
)
def keep(
    request: HttpRequest,
    about: PhotoIn = Form(...),  # noqa: B008  # as ninja reads forms
    file: UploadedFile = File(...),  # noqa: B008  # likewise
) -> HttpResponse:
    """Keep a JPEG, PNG or WebP picture of at most 10 MB; it is opened at ``/photos/{id}``.

    What is kept is decoded and written anew: without place, time, device and any other data of
    the file. The same key with the same picture gets the same id and keeps nothing twice.
    """
    asked = as_request(request)
    key = asked.headers.get(KEY_HEADER, "")
    if not key:
        raise ApiError(
            400,
            "key_missing",
            _("Send an Idempotency-Key with every change, so that repeating it is safe."),
        )
    photo = services.keep_photo(
        asked.auth,
        file.read(),
        about.subject_kind,
        about.subject_id,
        None,
        clock.now_s(),
        key=key,
        kind=about.kind,
    )
    return answer({"id": photo}, 201)
