"""The wall page: today at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.web.viewers import needs


@require_safe
@needs(Permission.REPORT_VIEW)
def wall(request: HttpRequest) -> HttpResponse:
    """Calls, response against the standard, units and what waits longest."""
    return render(request, "wardmote/wall/wall.html", {"page_data": {}})
