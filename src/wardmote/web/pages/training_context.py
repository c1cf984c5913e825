"""What the templates know of a training room, and of the cookie that is called otherwise there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def training(request: HttpRequest) -> dict[str, bool | str]:
    """Template context: whether this is a training room, and the name of the CSRF cookie."""
    del request
    return {"is_training": settings.TRAINING, "csrf_cookie": settings.CSRF_COOKIE_NAME}
