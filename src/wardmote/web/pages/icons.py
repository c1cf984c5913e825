"""The product's sign as PNG, for phones that install a page and take no SVG.

The picture is drawn from ``static/wardmote/icon.svg`` when it is first asked for, so there is one
drawing and no second file that could differ from it.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

import typst
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ICON_SIZES = (180, 192, 512)
"""Pixels a side: what iOS, Android's launcher and Android's start screen take."""
GROUND = "#0b4f6c"
SAFE_SHARE = 0.8
"""Of a maskable icon, launchers may cut off all but a circle of this width (W3C, app manifest)."""

_DRAWING = Path(__file__).resolve().parent.parent / "static" / "wardmote" / "icon.svg"
_DAY_S = 86_400


@lru_cache(maxsize=2 * len(ICON_SIZES))
def icon_png(size: int, *, maskable: bool) -> bytes:
    """The sign as a PNG of `size` by `size` pixels.

    A maskable one fills its square and keeps the drawing within the part that is never cut off.

    Raises:
        ValueError: `size` is none of `ICON_SIZES`.
    """
    if size not in ICON_SIZES:
        raise ValueError(f"an icon has one of the sizes {ICON_SIZES}, got {size}")
    ground = f'rgb("{GROUND}")' if maskable else "none"
    share = SAFE_SHARE if maskable else 1.0
    source = (
        f"#set page(width: {size}pt, height: {size}pt, margin: 0pt, fill: {ground})\n"
        f'#place(center + horizon, image("{_DRAWING.name}", width: {100 * share}%))'
    )
    with tempfile.TemporaryDirectory(prefix="wardmote-icon-") as scratch:
        (Path(scratch) / _DRAWING.name).write_bytes(_DRAWING.read_bytes())
        page = Path(scratch) / "icon.typ"
        page.write_text(source, "utf-8")
        drawn: bytes = typst.compile(str(page), format="png", ppi=72.0, ignore_system_fonts=True)
    return drawn


@require_safe
@login_not_required
@cache_control(public=True, max_age=_DAY_S)
def icon(request: HttpRequest, size: int, *, maskable: bool = False) -> HttpResponse:
    """``crew/icon-192.png`` and its kin."""
    if size not in ICON_SIZES:
        raise Http404
    return HttpResponse(icon_png(size, maskable=maskable), content_type="image/png")
