"""The crew's phone page, its manifest and its service worker."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.web.pages.console import MAP_TILES_URL
from wardmote.web.pages.installed import manifest, map_files, worker
from wardmote.web.viewers import needs


@require_safe
@needs(Permission.UNIT_CREW)
@ensure_csrf_cookie
def crew(request: HttpRequest) -> HttpResponse:
    """Duty, the present job, one tap for each step."""
    data = {
        "timezone": settings.TIME_ZONE,
        "tiles_url": MAP_TILES_URL,
        "worker_url": reverse("crew-worker"),
        **map_files("city_map.js"),
    }
    return render(request, "wardmote/crew/crew.html", {"page_data": data})


@require_safe
@login_not_required
def crew_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return manifest(_("Wardmote: my unit"), _("My unit"), reverse("crew"))


@require_safe
@login_not_required
@cache_control(no_cache=True)
def crew_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    pages = [reverse("crew"), reverse("crew-catalog")]
    return worker("crew/worker.js", pages, ["crew.css", "crew.js"], "city_map.js")
