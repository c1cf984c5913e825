"""The first page: each role is taken to its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wardmote.web.pages.context import navigation


def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page that the viewer may open; say so when there is none."""
    shown = navigation(request)
    entries = shown["navigation"] or shown["beat_menu"]
    if entries:
        return redirect(entries[0]["url"])
    return render(request, "wardmote/no_role.html")
