"""Rows of draws and of the spot checks that come out of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.inspection import CheckState
from wardmote.operations.people.encryption import EncryptedTextField


class DayValue(models.Model):
    """The secret value of a local day; its hash is shown ahead, itself when the day is over."""

    day = models.DateField(primary_key=True)
    value = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    made_s = models.FloatField()

    def __str__(self) -> str:
        return str(self.day)


class Draw(models.Model):
    """A draw of checks, with all that is needed to repeat it.

    Attributes:
        name: the day, the area and the number within them; goes into the seed.
        candidates, wanted: by stratum, the names drawn from and how many were wanted.
        drill: an exercise, which never enters statistics.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=60, unique=True)
    area = models.CharField(max_length=12, db_index=True)
    day = models.DateField(db_index=True)
    seed = models.CharField(max_length=64)
    candidates = models.JSONField()
    wanted = models.JSONField()
    drill = models.BooleanField(default=False)
    drawn_by = models.CharField(max_length=60)
    drawn_s = models.FloatField()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")

    def __str__(self) -> str:
        return self.name


class SpotCheck(models.Model):
    """One check that came out of a draw.

    Attributes:
        subject: id of the post, unit or item, or the staff number.
        person: staff number of the person concerned, who may reply; empty while nobody is.
        findings: item -> what was found; corrected ones take its place, the first are kept.
        grid_check: how the checker's position stood to the boundary (`GridCheck` as plain data);
            empty without a position. The position itself is not kept.
        reply_until_s: the last moment of the term, seconds UTC.
    """

    id = models.CharField(primary_key=True, max_length=40)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="checks")
    place = models.PositiveSmallIntegerField()
    stratum = models.CharField(max_length=10)
    subject = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    state = models.CharField(max_length=10, default=CheckState.DRAWN.value, db_index=True)
    person = models.CharField(max_length=60, blank=True, db_index=True)
    findings = models.JSONField(default=dict)
    first_findings = models.JSONField(default=dict)
    grid_check = models.JSONField(default=dict)
    words = EncryptedTextField(blank=True)
    recorded_by = models.CharField(max_length=60, blank=True)
    recorded_s = models.FloatField(null=True, db_index=True)
    reply = EncryptedTextField(blank=True)
    replied_s = models.FloatField(null=True)
    reply_until_s = models.FloatField(null=True, db_index=True)
    decision = EncryptedTextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)
    dropped_for = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        constraints = [
            models.UniqueConstraint(fields=["draw", "stratum", "subject"], name="drawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} {self.subject}"
