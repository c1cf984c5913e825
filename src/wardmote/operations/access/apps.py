"""Access as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Roles granted for an area, device tokens and the record of disclosures."""

    name = "wardmote.operations.access"
    label = "access"
