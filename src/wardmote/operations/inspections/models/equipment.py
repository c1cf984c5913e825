"""Rows of equipment: items, what happened to them, and their faults."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.equipment import FaultState


class EquipmentItem(models.Model):
    """An item of equipment.

    Attributes:
        expires: the last good day; None where it does not expire.
        every_days: days from one inspection to the next; None where none is due.
        looked_day: the day of the last inspection, or of its entry.
    """

    id = models.CharField(primary_key=True, max_length=40)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=60)
    area = models.CharField(max_length=12, db_index=True)
    holder_kind = models.CharField(max_length=10)
    holder = models.CharField(max_length=40, db_index=True)
    expires = models.DateField(null=True)
    every_days = models.PositiveSmallIntegerField(null=True)
    looked_day = models.DateField()
    complete = models.BooleanField(default=True)
    written_off = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("item of equipment")
        verbose_name_plural = _("items of equipment")

    def __str__(self) -> str:
        return self.number


class EquipmentStep(models.Model):
    """What happened to an item: entered, given to a holder, looked at, a fault moved."""

    item = models.ForeignKey(EquipmentItem, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=20)
    holder = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=60)
    at_s = models.FloatField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.action}"


class EquipmentFault(models.Model):
    """A fault of an item."""

    id = models.CharField(primary_key=True, max_length=40)
    item = models.ForeignKey(EquipmentItem, on_delete=models.CASCADE, related_name="faults")
    state = models.CharField(max_length=12, default=FaultState.OPEN.value, db_index=True)
    words = models.CharField(max_length=300)
    reported_by = models.CharField(max_length=60)
    reported_s = models.FloatField()
    ended_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("fault of equipment")
        verbose_name_plural = _("faults of equipment")

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"
