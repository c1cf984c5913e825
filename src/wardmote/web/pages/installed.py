"""What pages have in common that phones install: a manifest, icons, a service worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse

from wardmote.web.bundles import bundle

INSTALL_SIZES = (192, 512)
"""Pixels a side of the icons that browsers want before they offer to install a page."""

_SCRIPTS = Path(__file__).resolve().parents[1] / "static" / "wardmote"
_MAP = (
    "vendor/pmtiles/pmtiles.js",
    "vendor/maplibre-gl/maplibre-gl.css",
    "vendor/maplibre-gl/maplibre-gl.mjs",
    "vendor/maplibre-gl/maplibre-gl-worker.mjs",
    "wardmote/map.css",
)


def manifest(name: str, short_name: str, start: str) -> HttpResponse:
    """What a phone needs to install the page at `start`."""
    png = [
        {
            "src": reverse(view, args=[size]),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for view, purpose in (("icon", "any"), ("icon-maskable", "maskable"))
        for size in INSTALL_SIZES
    ]
    drawn = {
        "src": static("wardmote/icon.svg"),
        "sizes": "any",
        "type": "image/svg+xml",
        "purpose": "any",
    }
    response = JsonResponse(
        {
            "name": name,
            "short_name": short_name,
            "id": start,
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#121920",
            "theme_color": "#0b4f6c",
            "icons": [drawn, *png],
        }
    )
    response["Content-Type"] = "application/manifest+json"
    return response


def map_files(script: str) -> dict[str, Any]:
    """What a page's script loads when a map is opened; `script`: such as ``beat_map.js``."""
    return {
        "map_script": bundle(script).urls()[0],
        "archive_script": static("vendor/pmtiles/pmtiles.js"),
        "map_files": _of_map(script),
        "map_styles": [static("vendor/maplibre-gl/maplibre-gl.css"), static("wardmote/map.css")],
    }


def worker(
    script: str,
    pages: Sequence[str],
    bundles: Sequence[str],
    map_script: str = "",
    own: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A service worker with the list of files that its page needs without a network.

    Args:
        script: below the folder of our scripts, such as ``phone/worker.js``.
        pages: addresses besides static files.
        bundles: what the page itself loads.
        map_script: the bundle of its map, which is kept with the libraries of maps; empty: none.
        own: what the script must know besides.
    """
    first = [static("wardmote/icon.svg"), *(_all(bundles))]
    of_map = _of_map(map_script) if map_script else []
    files = [*pages, *dict.fromkeys(first)]
    version = hashlib.sha256(json.dumps([files, of_map]).encode()).hexdigest()[:12]
    kept = {"version": version, "files": files, "map_files": of_map, **(own or {})}
    source = (_SCRIPTS / script).read_text("utf-8")
    source = source.replace("__KEPT__", json.dumps(kept)).replace("__STATIC__", static(""))
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")


def page_worker(
    page: str, frame: str, catalog: str, bundles: Sequence[str], cache: str
) -> HttpResponse:
    """A service worker of a page without a map.

    Args:
        frame: what stands for the page without a network; the page itself where nothing personal
            is in it.
        catalog: address of its translations.
        cache: how the names of its caches begin.
    """
    own = {"page": page, "frame": frame, "cache": cache}
    return worker("phone/page_worker.js", [frame, catalog], bundles, own=own)


def _of_map(script: str) -> list[str]:
    return list(dict.fromkeys([*_all([script]), *(static(one) for one in _MAP)]))


def _all(bundles: Sequence[str]) -> list[str]:
    found = []
    for one in map(bundle, bundles):
        found += one.urls() if one.joined else [static(name) for name in one.sources]
    return found
