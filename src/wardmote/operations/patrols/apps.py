"""The Django app of patrols."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """Night watches and patrols on foot."""

    name = "wardmote.operations.patrols"
    label = "patrols"
