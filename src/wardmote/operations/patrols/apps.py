"""The Django app of patrols."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """Night watches and patrols on foot."""

    name = "wardmote.operations.patrols"
    label = "patrols"

    def ready(self) -> None:
        """Tell when people watch to whoever must know, and what names a place."""
        from wardmote.operations.duty_time import register_roster  # noqa: PLC0415  # rows first
        from wardmote.operations.patrols.named_after import register  # noqa: PLC0415
        from wardmote.operations.patrols.rostered import watches_of  # noqa: PLC0415

        register_roster("night-watches", watches_of)
        register()
