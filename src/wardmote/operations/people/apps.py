"""Staff accounts as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, accounts, and the encryption of personal data at rest."""

    name = "wardmote.operations.people"
    label = "people"
