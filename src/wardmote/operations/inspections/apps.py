"""The Django app of inspections."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Checks, equipment, assessment and courses."""

    name = "wardmote.operations.inspections"
    label = "inspections"
