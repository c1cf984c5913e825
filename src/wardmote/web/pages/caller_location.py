"""The page behind the short link: asks a caller's phone for its position, once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wardmote.operations.incidents.services import answer_location
from wardmote.operations.incidents.services.location_requests import is_waiting
from wardmote.operations.journal import clock
from wardmote.operations.refusals import RefusedError


class PositionForm(forms.Form):
    """What the phone sends."""

    lon = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    accuracy_m = forms.FloatField(min_value=0, max_value=100_000, required=False)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def caller_location(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the position (GET) and keep it (POST). Nobody logs in here; the link is the key."""
    now_s = clock.now_s()
    if request.method == "GET":
        context: dict[str, Any] = {"waiting": is_waiting(token, now_s=now_s)}
        status = 200 if context["waiting"] else 410
        response = render(request, "wardmote/caller/location.html", context, status=status)
        response["Referrer-Policy"] = "no-referrer"
        return response
    form = PositionForm(request.POST)
    if not form.is_valid():
        return _said(_("Your phone sent no usable position. Please try again."), 422)
    entered = form.cleaned_data
    try:
        answer_location(token, entered["lon"], entered["lat"], entered["accuracy_m"], now_s=now_s)
    except RefusedError as refusal:
        return _said(refusal.message(), refusal.status)
    return _said(_("Thank you. The control room has your position. You may close this page."), 200)


def _said(message: str, status: int) -> HttpResponse:
    return JsonResponse({"message": message}, status=status)
