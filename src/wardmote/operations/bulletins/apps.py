"""The Django app of bulletins."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Figures of a period, and those that were published."""

    name = "wardmote.operations.bulletins"
    label = "bulletins"
