"""Units as a Django app."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Units, their duty and availability."""

    name = "wardmote.operations.units"
    label = "units"
