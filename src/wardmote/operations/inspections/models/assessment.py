"""Rows of assessment: published rules, counted sheets, and appeals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.assessment import AppealState
from wardmote.operations.people.encryption import EncryptedTextField


class AssessmentRulesVersion(models.Model):
    """A published version of the rules of assessment; never changed, only followed by another.

    Attributes:
        area: where they hold, and below, unless narrower ones do.
    """

    version = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12)
    data = models.JSONField()
    from_day = models.DateField()
    published_by = models.CharField(max_length=60)
    published_s = models.FloatField()

    def __str__(self) -> str:
        return self.version


class AssessmentSheet(models.Model):
    """What was counted of a member of staff in a period. Written once; appeals stand beside it.

    Attributes:
        cases: what was counted, each with its kind and id.
        as_of_s: what was known at this moment was counted.
        made_by: who had it counted; somebody else decides on appeals.
        appeal_until_s: the last moment of the term for appeals.
    """

    id = models.CharField(primary_key=True, max_length=40)
    staff_id = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    first_day = models.DateField(db_index=True)
    last_day = models.DateField()
    rules = models.ForeignKey(AssessmentRulesVersion, on_delete=models.PROTECT)
    as_of_s = models.FloatField()
    cases = models.JSONField()
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    appeal_until_s = models.FloatField()

    class Meta:
        verbose_name = _("assessment sheet")
        verbose_name_plural = _("assessment sheets")
        constraints = [
            models.UniqueConstraint(fields=["staff_id", "first_day"], name="one_sheet_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.first_day}"


class Appeal(models.Model):
    """An appeal of a person against one counted case, or about one that is missing.

    Attributes:
        key: made by the form, so that sending it twice files it once.
        case_kind, case: empty where a case is missing.
        remedy: what was done when it was allowed; empty otherwise.
        decide_by_s: the last moment of the term for the decision.
    """

    id = models.CharField(primary_key=True, max_length=40)
    sheet = models.ForeignKey(AssessmentSheet, on_delete=models.PROTECT, related_name="appeals")
    key = models.CharField(max_length=60)
    staff_id = models.CharField(max_length=40, db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    counted = models.CharField(max_length=30)
    case_kind = models.CharField(max_length=20, blank=True)
    case = models.CharField(max_length=60, blank=True)
    ground = models.CharField(max_length=20)
    words = EncryptedTextField()
    state = models.CharField(max_length=10, default=AppealState.FILED.value)
    filed_s = models.FloatField()
    decide_by_s = models.FloatField()
    remedy = models.CharField(max_length=10, blank=True)
    decision = EncryptedTextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="appeal_once_per_key"),
            models.UniqueConstraint(
                fields=["sheet", "counted", "case_kind", "case"],
                condition=models.Q(state=AppealState.FILED.value) & ~models.Q(case=""),
                name="one_open_appeal_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.counted} {self.state}"
