"""The first page: each role is taken to its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wardmote.web.pages.context import navigation


def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page that the viewer may open; say so when there is none."""
    entries = navigation(request)["navigation"]
    if entries:
        return redirect(entries[0]["url"])
    return render(request, "wardmote/no_role.html")
