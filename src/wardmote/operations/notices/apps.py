"""The Django app of notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told, and the devices that it is pushed to."""

    name = "wardmote.operations.notices"
    label = "notices"

    def ready(self) -> None:
        """Forget a device with the log-in that it was registered under."""
        from wardmote.operations.notices import leaving  # noqa: PLC0415  # rows come first

        leaving.listen()
