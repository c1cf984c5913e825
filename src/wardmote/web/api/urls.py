"""Addresses of the API. It answers strangers itself, with 401 instead of a log-in page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.translation import gettext_lazy as _

from wardmote.web.api.answers import error_answer
from wardmote.web.api.api import api


@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address below ``/api/``."""
    return error_answer(404, "not_found", _("There is nothing at this address."))


def _own_login(pattern: URLPattern) -> URLPattern:
    pattern.callback = login_not_required(pattern.callback)
    return pattern


urlpatterns = [
    *(_own_login(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern)),
    re_path(r"^.*$", nothing_here),
]
