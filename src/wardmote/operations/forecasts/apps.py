"""The Django app of forecasts."""

from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    """Forecasts from the calls taken down here."""

    name = "wardmote.operations.forecasts"
    label = "forecasts"
