"""What the templates know of a training room."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def training(request: HttpRequest) -> dict[str, bool]:
    """Template context: whether this is a training room."""
    del request
    return {"is_training": settings.TRAINING}
