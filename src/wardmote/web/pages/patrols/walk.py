"""The page on which a patrol is walked, its manifest and its service worker."""

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
from wardmote.web.pages.installed import manifest, page_worker
from wardmote.web.pages.patrols.words import patrol_page
from wardmote.web.viewers import viewer_of_request


@require_safe
@patrol_page(Permission.WATCH_TAKE, Permission.TASK_DO, Permission.UNIT_CREW)
@ensure_csrf_cookie
def patrol_walk(request: HttpRequest) -> HttpResponse:
    """The page itself; the patrols come from the API or the phone's own store."""
    data = {
        "staff": viewer_of_request(request).staff_id,
        "timezone": settings.TIME_ZONE,
        "worker_url": reverse("patrol-worker"),
    }
    return render(request, "wardmote/patrols/walk.html", {"page_data": data})


@require_safe
@login_not_required
def patrol_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return manifest(_("Wardmote: patrols"), _("Patrols"), reverse("patrol-walk"))


@require_safe
@login_not_required
@cache_control(no_cache=True)
def patrol_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    page = reverse("patrol-walk")
    bundles = ["patrols.css", "patrols.js"]
    return page_worker(page, page, reverse("patrols-catalog"), bundles, "wardmote-patrol-walk-")
