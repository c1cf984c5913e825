"""Requests made from the description of the API, sent to the whole Django application."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.unit.operations.small_place import SMALL_PLACE

from wardmote.config.wsgi import application
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.units.services import load_units
from wardmote.web.api.api import openapi_description

# A status that is not described, 500 above all, fails; 503 is described where a city is needed.
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
SECRET = "x" * 32


class LoggedIn:
    """The application as a supervisor's browser meets it."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_COOKIE"] = f"{self._cookie}; {settings.CSRF_COOKIE_NAME}={SECRET}"
        environ["HTTP_X_CSRFTOKEN"] = SECRET
        environ["HTTP_HOST"] = "localhost"
        # The client that asks here does not unpack what it says it takes.
        environ["HTTP_ACCEPT_ENCODING"] = "identity"
        if environ.get("HTTP_IDEMPOTENCY_KEY") is not None:
            environ["HTTP_IDEMPOTENCY_KEY"] = str(uuid.uuid4())
        return application(environ, start_response)


@pytest.fixture
def api_schema(db: None) -> Any:
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()
    account = open_account("fuzz", "a long password", staff_id="fuzz", name=Bilingual("模", "F"))
    for role in (Role.SUPERVISOR, Role.CREW):
        grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    app = LoggedIn(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


OPERATIONS = [
    (path, method)
    for path, methods in sorted(openapi_description()["paths"].items())
    for method in sorted(methods)
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_answers_are_as_described_whatever_is_asked(
    api_schema: Any, path: str, method: str
) -> None:
    operation = api_schema[path][method.upper()]

    @given(case=operation.as_strategy())
    @hypothesis_settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
