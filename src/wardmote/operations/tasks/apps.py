"""The Django app of tasks."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """What today asks of each person."""

    name = "wardmote.operations.tasks"
    label = "tasks"

    def ready(self) -> None:
        """Let pictures be kept of tasks."""
        from wardmote.operations.tasks import pictures  # noqa: PLC0415  # rows come first

        pictures.register()
