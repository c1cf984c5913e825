"""The Django app of inspections."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Checks, equipment, assessment and courses."""

    name = "wardmote.operations.inspections"
    label = "inspections"

    def ready(self) -> None:
        """Let pictures be kept of checks."""
        # Rows can be imported only once all apps are there.
        from wardmote.operations.inspections.named_after import register as tell_names  # noqa: PLC0415
        from wardmote.operations.inspections.pictures import register  # noqa: PLC0415

        register()
        tell_names()
