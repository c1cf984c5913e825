"""The Django app of duty."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Duty levels, plans, drills and guards."""

    name = "wardmote.operations.duty"
    label = "duty"

    def ready(self) -> None:
        """Tell what names a place, for when that place ends."""
        # Rows can be imported only once all apps are there.
        from wardmote.operations.duty.named_after import register  # noqa: PLC0415

        register()
