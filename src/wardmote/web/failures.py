"""What a reader is told when the server fails: the database is away, it has no room, or our fault.

Failures inside an operation of the API come from there; those on the way to it or to a page, such
as a session that cannot be read, end here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.journal.storage import is_out_of_room
from wardmote.web.api.answers import error_answer

RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing was done: HTTP status, code, and a sentence that says what to do."""

    status: int
    code: str
    message: Promise


_NO_ROOM = Failure(
    507,
    "no_room",
    _(
        "Nothing was saved: the server's disk is full or cannot be written. Tell "
        "whoever runs the server, and send it again once there is room."
    ),
)
_BUSY = Failure(503, "busy", _("The server is busy. Wait a moment and try again."))
_OURS = Failure(
    500,
    "failed",
    _(
        "Nothing you entered was changed by halves. Try again; if it happens again, tell your "
        "administrator the time."
    ),
)


def failure_of(error: BaseException | None) -> Failure:
    """What an exception that nobody expected means for the reader."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return _OURS
    return _NO_ROOM if is_out_of_room(error) else _BUSY


def failed(error: BaseException | None) -> HttpResponse:
    """The answer of the API."""
    failure = failure_of(error)
    answer = error_answer(failure.status, failure.code, failure.message)
    return _may_be_repeated(answer)


def server_failed(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: called while the exception is handled."""
    error = sys.exc_info()[1]
    if request.path.startswith("/api/"):
        return failed(error)
    failure = failure_of(error)
    page = loader.get_template("500.html").render({"message": failure.message})
    return _may_be_repeated(HttpResponse(page, status=failure.status))


def _may_be_repeated(answer: HttpResponse) -> HttpResponse:
    if answer.status_code == _BUSY.status:
        answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer
