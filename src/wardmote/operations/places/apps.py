"""Places as a Django app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Divisions, beats, posts, key places, zones and response standards in force."""

    name = "wardmote.operations.places"
    label = "places"
