"""Links for people without an account, as text and as QR code."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.urls import reverse


def public_link(url_name: str, token: str) -> str:
    """The address of a page that opens by a token."""
    return str(settings.PUBLIC_ORIGIN) + reverse(url_name, args=[token])


def qr_svg(url: str) -> str:
    """The QR code of an address as SVG for a page; it has no style of its own."""
    buffer = io.BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(buffer, kind="svg", scale=6, border=4, xmldecl=False, svgns=True, omitsize=False)
    return buffer.getvalue().decode("utf-8")
