"""Bulletins as they were published: what the record said then, whatever is corrected later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublishedBulletin(models.Model):
    """One area, one period. Never changed.

    Attributes:
        kind, first: of the period; `first` is an ISO date.
        document: ``wardmote-bulletin/1``: figures and ids, no words and nothing personal.
        digest: SHA-256 of the document as canonical JSON, in hex.
        seq: how far the journal reached.
    """

    kind = models.CharField(max_length=10)
    first = models.CharField(max_length=10)
    area = models.CharField(max_length=12)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    made_s = models.FloatField()

    class Meta:
        verbose_name = _("published bulletin")
        verbose_name_plural = _("published bulletins")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first", "area"], name="published_once_per_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.area}"


class ReportedStep(models.Model):
    """A step of an area's monthly cycle that was reported done.

    Attributes:
        month: ``2026-11``.
        day: local ISO date on which it was done.
        note: what came of it, or where to find it; nothing about residents.
    """

    area = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    step = models.CharField(max_length=10)
    day = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)
    reported_by = models.CharField(max_length=60)
    reported_s = models.FloatField()

    class Meta:
        verbose_name = _("step of the monthly cycle")
        verbose_name_plural = _("steps of the monthly cycle")
        constraints = [
            models.UniqueConstraint(fields=["area", "month", "step"], name="cycle_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.month} {self.step}"
