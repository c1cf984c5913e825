"""Staff accounts as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, accounts, and the encryption of personal data at rest."""

    name = "wardmote.operations.people"
    label = "people"

    def ready(self) -> None:
        """Let appointments be asked for before a place ends or another follows it."""
        # Rows can be imported only once all apps are there.
        from wardmote.operations.people.leaning import register  # noqa: PLC0415

        register()
