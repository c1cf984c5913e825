"""Rows of units."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A unit. Its position here is a rare summary; the live one is in memory.

    Off duty it is not available and has no position.
    """

    id = models.CharField(primary_key=True, max_length=40)
    call_sign = models.CharField(_("call sign"), max_length=40)
    kind = models.CharField(_("kind"), max_length=30)
    capabilities = models.JSONField(default=list)
    seats = models.PositiveSmallIntegerField(_("seats"))
    post = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=12, db_index=True)
    on_duty = models.BooleanField(default=False)
    available = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    heading = models.FloatField(null=True)
    fix_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.call_sign
