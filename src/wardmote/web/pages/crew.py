"""The crew's phone page, its manifest and its service worker."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.web.pages.console import MAP_TILES_URL
from wardmote.web.viewers import needs

INSTALL_SIZES = (192, 512)
"""Pixels a side of the icons that browsers want before they offer to install a page."""

_WORKER = Path(__file__).resolve().parent.parent / "static" / "wardmote" / "crew" / "worker.js"


@require_safe
@needs(Permission.UNIT_CREW)
@ensure_csrf_cookie
def crew(request: HttpRequest) -> HttpResponse:
    """Duty, the present job, one tap for each step."""
    data = {"tiles_url": MAP_TILES_URL, "worker_url": reverse("crew-worker")}
    return render(request, "wardmote/crew/crew.html", {"page_data": data})


@require_safe
@login_not_required
def crew_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    response = JsonResponse(
        {
            "name": _("Wardmote: my unit"),
            "short_name": _("My unit"),
            "id": reverse("crew"),
            "start_url": reverse("crew"),
            "scope": reverse("crew"),
            "display": "standalone",
            "background_color": "#121920",
            "theme_color": "#0b4f6c",
            "icons": [
                {
                    "src": static("wardmote/icon.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "any",
                },
                *(
                    {
                        "src": reverse(name, args=[size]),
                        "sizes": f"{size}x{size}",
                        "type": "image/png",
                        "purpose": purpose,
                    }
                    for name, purpose in (("icon", "any"), ("icon-maskable", "maskable"))
                    for size in INSTALL_SIZES
                ),
            ],
        }
    )
    response["Content-Type"] = "application/manifest+json"
    return response


@require_safe
@login_not_required
@cache_control(no_cache=True)
def crew_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    source = _WORKER.read_text("utf-8").replace("__STATIC__", settings.STATIC_URL)
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")
