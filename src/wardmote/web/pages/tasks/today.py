"""The phone's page of the day, its manifest and its service worker."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.journal import clock
from wardmote.operations.notices.selectors import unread_count
from wardmote.web.pages.console import MAP_TILES_URL
from wardmote.web.pages.installed import manifest, map_files, worker
from wardmote.web.pages.tasks.day_list import day_list
from wardmote.web.viewers import needs, viewer_of_request


@require_safe
@needs(Permission.TASK_DO)
@ensure_csrf_cookie
def today(request: HttpRequest) -> HttpResponse:
    """What today asks of the viewer, readable before any script has come."""
    viewer = viewer_of_request(request)
    day = day_list(viewer, clock.now_s(), get_language() or "")
    context = {**_frame(viewer), "day": day, "unread": unread_count(viewer)}
    return render(request, "wardmote/phone/today.html", context)


@require_safe
@needs(Permission.TASK_DO)
@ensure_csrf_cookie
def today_frame(request: HttpRequest) -> HttpResponse:
    """The page without tasks: what the service worker keeps for times without a network.

    The tasks are in the phone's own store then, each person's apart.
    """
    return render(request, "wardmote/phone/today.html", _frame(viewer_of_request(request)))


def _frame(viewer: Viewer) -> dict[str, Any]:
    data = {
        "staff": viewer.staff_id,
        "timezone": settings.TIME_ZONE,
        "tiles_url": MAP_TILES_URL,
        "worker_url": reverse("today-worker"),
        **map_files("beat_map.js"),
    }
    return {"page_data": data}


@require_safe
@login_not_required
def today_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return manifest(_("Wardmote: today"), _("Today"), reverse("today"))


@require_safe
@login_not_required
@cache_control(no_cache=True)
def today_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    pages = [reverse("today-frame"), reverse("phone-catalog")]
    return worker("phone/worker.js", pages, ["phone.css", "phone.js"], "beat_map.js")
