"""Every exception that an operation may raise, as an answer with a code and a sentence."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from wardmote.core.domain.problem import Problem
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.idempotency import BadKeyError, KeyReusedError
from wardmote.operations.refusals import RefusedError
from wardmote.web.api.answers import ApiError, error_answer, forbidden, not_found, purpose_refused
from wardmote.web.failures import failed
from wardmote.web.refused import log_refusal

logger = logging.getLogger(__name__)


def install_error_answers(api: NinjaAPI) -> None:
    """Let `api` answer exceptions as the protocol says."""

    @api.exception_handler(ApiError)
    def _api(request: HttpRequest, error: ApiError) -> HttpResponse:
        if error.status == 403:
            log_refusal(request, _staff_id(request), "right")
        return error_answer(error.status, error.code, error.message, **error.more)

    @api.exception_handler(RefusedError)
    def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
        more = {"allowed": list(error.values["allowed"])} if "allowed" in error.values else {}
        return error_answer(error.status, error.code, error.message(), **more)

    @api.exception_handler(AccessDeniedError)
    def _denied(request: HttpRequest, error: AccessDeniedError) -> HttpResponse:
        log_refusal(request, _staff_id(request), error.why, purpose=error.purpose)
        return _of(purpose_refused() if error.why == "purpose" else forbidden())

    @api.exception_handler(PermissionDenied)
    def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        log_refusal(request, _staff_id(request), "right")
        return _of(forbidden())

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return _of(not_found())

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
        language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else ""
        return error_answer(422, "problem", error.message.in_language(language))

    @api.exception_handler(BadKeyError)
    def _bad_key(request: HttpRequest, error: BadKeyError) -> HttpResponse:
        return error_answer(
            400, "bad_key", _("The Idempotency-Key must have between 1 and 80 characters.")
        )

    @api.exception_handler(KeyReusedError)
    def _key_reused(request: HttpRequest, error: KeyReusedError) -> HttpResponse:
        return error_answer(
            409, "key_reused", _("This Idempotency-Key was used for another request already.")
        )

    @api.exception_handler(InterfaceError)
    @api.exception_handler(OperationalError)
    def _unanswered(request: HttpRequest, error: OperationalError | InterfaceError) -> HttpResponse:
        logger.error("The database did not answer", exc_info=error)
        return failed(error)

    _install_framework_answers(api)


def _install_framework_answers(api: NinjaAPI) -> None:
    @api.exception_handler(AuthenticationError)
    def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return error_answer(401, "not_logged_in", _("You are no longer logged in. Log in again."))

    @api.exception_handler(Throttled)
    def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        return error_answer(
            429, "too_many_requests", _("Too many requests. Wait a moment and try again.")
        )

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first: dict[str, Any] = error.errors[0] if error.errors else {}
        field = ".".join(
            str(part) for part in first.get("loc", ())[1:] if not str(part).startswith("function-")
        )
        return error_answer(
            422, "invalid", _("This does not fit. Check the marked field."), field=field
        )

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 403:
            return error_answer(
                403, "csrf", _("This request did not come from our own page. Reload the page.")
            )
        return error_answer(error.status_code, "bad_request", _("The request could not be read."))


def _staff_id(request: HttpRequest) -> str:
    return str(getattr(getattr(request, "auth", None), "staff_id", ""))


def _of(error: ApiError) -> HttpResponse:
    return error_answer(error.status, error.code, error.message, **error.more)
