"""Addresses of the API. It answers strangers itself, with 401 instead of a log-in page.

Its documentation is a page like others, behind the log-in page.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wardmote.web.api.answers import error_answer
from wardmote.web.api.api import api, openapi_description
from wardmote.web.api.reference import reference_of


@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address below ``/api/``."""
    return error_answer(404, "not_found", _("There is nothing at this address."))


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The API described for people; made from the description itself, without any script."""
    return render(
        request, "wardmote/api/reference.html", {"reference": reference_of(openapi_description())}
    )


def _own_login(pattern: URLPattern) -> URLPattern:
    pattern.callback = login_not_required(pattern.callback)
    return pattern


urlpatterns = [
    *(_own_login(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern)),
    path("docs", documentation, name="documentation"),
    re_path(r"^.*$", nothing_here),
]
