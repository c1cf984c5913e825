"""What a reader is told when the server fails, as a page and as JSON."""

from __future__ import annotations

import json
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from wardmote.web.failures import server_failed

FULL = sqlite3.OperationalError("database or disk is full")
FULL.sqlite_errorname = "SQLITE_FULL"


def failing(path: str, error: Exception, cause: Exception | None = None) -> HttpResponse:
    try:
        raise error from cause
    except (OperationalError, InterfaceError, RuntimeError):
        with translation.override("en"):
            return server_failed(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("error", "cause", "status", "code"),
    [
        (OperationalError("locked"), None, 503, "busy"),
        (InterfaceError("closed"), None, 503, "busy"),
        (OperationalError("full"), FULL, 507, "no_room"),
        (RuntimeError("ours"), None, 500, "failed"),
    ],
)
def test_a_failure_has_a_status_a_code_and_a_sentence(
    error: Exception, cause: Exception | None, status: int, code: str
) -> None:
    answer = failing("/api/board", error, cause)
    said = json.loads(answer.content)
    assert (answer.status_code, said["code"]) == (status, code)
    page = failing("/calls/", error, cause)
    assert page.status_code == status
    assert said["message"].split("'")[0] in page.content.decode()
    assert ("Retry-After" in page) == (status == 503)
