"""The journal as a Django app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Append-only events, the clock, and idempotent requests."""

    name = "wardmote.operations.journal"
    label = "journal"
