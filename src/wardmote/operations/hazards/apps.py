"""The Django app of hazards."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Hazards and their rectification."""

    name = "wardmote.operations.hazards"
    label = "hazards"

    def ready(self) -> None:
        """Let pictures be kept of hazards and of what was put right."""
        # Rows can be imported only once all apps are there.
        from wardmote.operations.hazards.named_after import register as tell_names  # noqa: PLC0415
        from wardmote.operations.hazards.pictures import register  # noqa: PLC0415

        register()
        tell_names()
