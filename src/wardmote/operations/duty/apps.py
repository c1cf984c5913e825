"""The Django app of duty."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Duty levels, plans, drills and guards."""

    name = "wardmote.operations.duty"
    label = "duty"
