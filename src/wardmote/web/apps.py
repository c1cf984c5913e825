"""The web room as a Django app, for its templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates and static files."""

    name = "wardmote.web"
    label = "web"
