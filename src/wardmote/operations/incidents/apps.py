"""Calls as a Django app."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Calls: intake, life cycle, callers, notes, links, field time stamps."""

    name = "wardmote.operations.incidents"
    label = "incidents"
