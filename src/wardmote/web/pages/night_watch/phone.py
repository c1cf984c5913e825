"""What the phone keeps of the page of own watches: a frame without watches, manifest, worker."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.web.pages.installed import manifest, page_worker
from wardmote.web.pages.night_watch.words import watch_page
from wardmote.web.viewers import viewer_of_request


def page_data(viewer: Viewer) -> dict[str, Any]:
    """What the page's script must know."""
    return {
        "staff": viewer.staff_id,
        "timezone": settings.TIME_ZONE,
        "worker_url": reverse("my-watches-worker"),
    }


@require_safe
@watch_page(Permission.WATCH_TAKE)
@ensure_csrf_cookie
def my_watches_frame(request: HttpRequest) -> HttpResponse:
    """The page without watches: what the service worker keeps for times without a network.

    The watches are in the phone's own store then, each person's apart.
    """
    context = {"frame": True, "page_data": page_data(viewer_of_request(request))}
    return render(request, "wardmote/night_watch/mine.html", context)


@require_safe
@login_not_required
def my_watches_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return manifest(_("Wardmote: night watches"), _("My watches"), reverse("my-watches"))


@require_safe
@login_not_required
@cache_control(no_cache=True)
def my_watches_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    return page_worker(
        reverse("my-watches"),
        reverse("my-watches-frame"),
        reverse("watches-catalog"),
        ["watches.css", "watches.js"],
        "wardmote-patrol-watch-",
    )
