"""The latest forecast of each area and source: kept, so that a page need not work it out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemandForecast(models.Model):
    """One area, one source of calls. Everything in it can be worked out again.

    Attributes:
        source: ``own_calls`` or ``imported_too``.
        state: ``wanted``, ``running`` or ``idle``.
        claim: of whoever computes it; only its holder may write what came out.
        day: local ISO date on which it was last worked out, well or not; empty before.
        document: ``wardmote-forecast/1`` of the last time it went well; None before.
        problem: why it did not, in both languages; None when it did.
        wanted_s: when somebody last looked; stated_by: who stated that imported calls are the
            public's.
    """

    area = models.CharField(max_length=12)
    source = models.CharField(max_length=20)
    state = models.CharField(max_length=10, db_index=True)
    claim = models.CharField(max_length=40, blank=True)
    day = models.CharField(max_length=10, blank=True)
    document = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    wanted_s = models.FloatField()
    stated_by = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        constraints = [
            models.UniqueConstraint(fields=["area", "source"], name="one_forecast_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.source}"
