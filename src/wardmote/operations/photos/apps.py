"""The Django app of photos."""

from django.apps import AppConfig


class PhotosConfig(AppConfig):
    """Photographs kept as proof."""

    name = "wardmote.operations.photos"
    label = "photos"
