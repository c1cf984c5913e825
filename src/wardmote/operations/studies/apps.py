"""The Django app of studies."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Studies, their runs, and adopted plans."""

    name = "wardmote.operations.studies"
    label = "studies"
