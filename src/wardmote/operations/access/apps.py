"""Access as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Roles granted for an area, device tokens and the record of disclosures."""

    name = "wardmote.operations.access"
    label = "access"

    def ready(self) -> None:
        """Tell what names a place, for when that place ends."""
        # Rows can be imported only once all apps are there.
        from wardmote.operations.access.following_places import register  # noqa: PLC0415

        register()
