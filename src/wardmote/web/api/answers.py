"""Answers and errors of the API, and doing a change once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from wardmote.operations.journal import clock
from wardmote.operations.journal.idempotency import answer_once
from wardmote.web.api.auth import ApiRequest

KEY_HEADER = "Idempotency-Key"

_encode = msgspec.json.Encoder().encode


class ApiError(Exception):
    """An error with its status, code and a sentence for the reader.

    Attributes:
        more: what the body also says, such as ``field``, ``allowed`` or ``column``.
    """

    def __init__(self, status: int, code: str, message: str | Promise, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.more = more


def not_found() -> ApiError:
    """What is asked for is not there, or the viewer must not know that it is."""
    return ApiError(404, "not_found", _("This is no longer there, or not in your area."))


def forbidden() -> ApiError:
    """The viewer does not hold what this needs."""
    return ApiError(403, "forbidden", _("Your role does not allow this here."))


def purpose_refused() -> ApiError:
    """The viewer may open callers' data here, but not for the purpose given."""
    return ApiError(
        403,
        "purpose_refused",
        _("Your role may not open a caller's data for this purpose. Choose another purpose."),
    )


def answer(value: Any, status: int = 200) -> HttpResponse:
    """A JSON answer that no cache keeps."""
    response = HttpResponse(_encode(value), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def error_answer(status: int, code: str, message: str | Promise, **more: Any) -> HttpResponse:
    """A JSON error: ``code``, ``message`` and what else is known."""
    return answer({"code": code, "message": translate(str(message)), **more}, status)


def change_once(request: ApiRequest, act: Callable[[float], tuple[int, Any]]) -> HttpResponse:
    """Run `act(now_s)` once for the request's idempotency key, in one transaction.

    The same request again gets the stored answer with the header ``Idempotent-Replay: true``.

    Raises:
        ApiError: there is no key.
        KeyReusedError, BadKeyError: the key cannot be used for this.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not key:
        raise ApiError(
            400,
            "key_missing",
            _("Send an Idempotency-Key with every change, so that repeating it is safe."),
        )
    now_s = clock.now_s()
    route = f"{request.method} {request.path}"[:200]
    given = answer_once(request.auth.staff_id, key, route, request.body, now_s, lambda: act(now_s))
    response = answer(given.body, given.status)
    if given.repeated:
        response["Idempotent-Replay"] = "true"
    return response


def as_request(request: HttpRequest) -> ApiRequest:
    """The request as the API's operations see it: `SessionViewer` has set its viewer."""
    return cast("ApiRequest", request)
