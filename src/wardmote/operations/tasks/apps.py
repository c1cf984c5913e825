"""The Django app of tasks."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """What today asks of each person."""

    name = "wardmote.operations.tasks"
    label = "tasks"
