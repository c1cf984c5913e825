"""Rows of kept pictures; the pictures themselves are in files (`files`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Photo(models.Model):
    """A picture that was kept.

    Attributes:
        key: of the request that sent it, made by the phone; one picture for each key and sender.
        sent_sha256: of the bytes as they were sent, so that a key is not used for two pictures.
        subject_kind, subject_id: what it is about.
        taken_by: staff id, or ``outside:resident`` and the like.
        kept_s: when it was kept; `until_s` when it is erased.
    """

    id = models.CharField(primary_key=True, max_length=40)
    key = models.CharField(max_length=80)
    sent_sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_by = models.CharField(max_length=60)
    kept_s = models.FloatField()
    until_s = models.FloatField(db_index=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(fields=["taken_by", "key"], name="one_picture_per_key"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="pictures_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"
