"""Dispatch as a Django app."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Assignments, recommendations, alarms and the dispatch worker."""

    name = "wardmote.operations.dispatch"
    label = "dispatch"
