"""The Django app of hazards."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Hazards and their rectification."""

    name = "wardmote.operations.hazards"
    label = "hazards"
