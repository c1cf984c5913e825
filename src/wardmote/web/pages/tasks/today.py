"""The phone's page of the day, its manifest and its service worker."""

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
from wardmote.web.pages.crew import INSTALL_SIZES
from wardmote.web.viewers import needs, viewer_of_request

_STATIC = Path(__file__).resolve().parents[2] / "static" / "wardmote" / "phone"


@require_safe
@needs(Permission.TASK_DO)
@ensure_csrf_cookie
def today(request: HttpRequest) -> HttpResponse:
    """What today asks of the viewer; the tasks themselves come from the API or the phone."""
    data = {
        "staff": viewer_of_request(request).staff_id,
        "timezone": settings.TIME_ZONE,
        "tiles_url": MAP_TILES_URL,
        "worker_url": reverse("today-worker"),
        "map_script": static("wardmote/phone/beat_map.js"),
        "archive_script": static("vendor/pmtiles/pmtiles.js"),
        "map_styles": [static("vendor/maplibre-gl/maplibre-gl.css"), static("wardmote/map.css")],
    }
    return render(request, "wardmote/phone/today.html", {"page_data": data})


@require_safe
@login_not_required
def today_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    response = JsonResponse(
        {
            "name": _("Wardmote: today"),
            "short_name": _("Today"),
            "id": reverse("today"),
            "start_url": reverse("today"),
            "scope": reverse("today"),
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
def today_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its scope is the folder it lies in."""
    source = (_STATIC / "worker.js").read_text("utf-8")
    source = source.replace("__STATIC__", settings.STATIC_URL)
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")
