"""The HTTP API: every operation, behind a log-in, described by OpenAPI."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from wardmote.web.api import (
    alarms,
    assignments,
    board,
    calls_router,
    commands,
    crew,
    hazards,
    incidents,
    locations,
    me,
    move_ups,
    patrol_orders,
    patrols,
    photos,
    places,
    premise_notes,
    roads,
    staffing,
    tasks,
    today,
    units,
    vocabulary,
    wall,
    watches,
)
from wardmote.web.api.answers import answer
from wardmote.web.api.auth import SessionViewer
from wardmote.web.api.errors import install_error_answers

VERSION = "1"
CALLS = (board, incidents)
"""Modules that add their operations to `calls_router`; importing them is what does it."""

api = NinjaAPI(
    title="Wardmote",
    version=VERSION,
    description="Calls, units and places of one deployment. The stream of changes and the "
    "positions of units are described in the live protocol.",
    auth=SessionViewer(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
install_error_answers(api)

for module in (
    me,
    calls_router,
    assignments,
    units,
    staffing,
    alarms,
    places,
    premise_notes,
    photos,
    hazards,
    locations,
    roads,
    commands,
    move_ups,
    patrols,
    patrol_orders,
    watches,
    vocabulary,
    crew,
    wall,
    tasks,
    today,
):
    api.add_router("", module.router)


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API."""
    return answer(openapi_description())


@functools.cache
def openapi_description() -> dict[str, Any]:
    """The OpenAPI description as data."""
    return dict(api.get_openapi_schema())
