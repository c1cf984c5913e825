"""Rows of studies: plans, what-if scenarios, runs, and the adoption of plans.

Plans, scenarios and outcomes are kept in their plain forms (`wardmote-plan/1`,
`wardmote-scenario/1`, `wardmote-outcome/1`), which the core reads and checks.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.study import AdoptionState, RunState, StudyState


class Study(models.Model):
    """A question about an area. Its owner and those it is shared with may change it."""

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, default=StudyState.OPEN.value)
    owner = models.CharField(max_length=60)
    opened_s = models.FloatField(db_index=True)

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")

    def __str__(self) -> str:
        return self.title


class StudyShare(models.Model):
    """Somebody else who works on a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="shares")
    staff_id = models.CharField(max_length=60, db_index=True)
    shared_by = models.CharField(max_length=60)
    shared_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "staff_id"], name="shared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.staff_id}"


class StudyPlan(models.Model):
    """A plan in a study; one that was dropped is kept for the runs that tried it.

    Attributes:
        code: unique in the study; also the code in the plan's document.
        source: ``in_force``, ``proposed``, ``uploaded`` or ``edited``.
        plan: ``wardmote-plan/1``.
        grid_ground: what its grids were cut from, while the posts stand where they stood then.
    """

    id = models.CharField(primary_key=True, max_length=40)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="plans")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=12)
    plan = models.JSONField()
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    changed_s = models.FloatField()
    dropped = models.BooleanField(default=False)
    grid_ground = models.ForeignKey(
        "studies.GridGround", null=True, on_delete=models.SET_NULL, related_name="plans"
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="one_plan_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class StudyScenario(models.Model):
    """A what-if in a study; `scenario` is ``wardmote-scenario/1``."""

    id = models.CharField(primary_key=True, max_length=40)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="scenarios")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    scenario = models.JSONField()
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    dropped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="one_scenario_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """Something to be worked out in a process of its own.

    Attributes:
        request: what is asked, whole: plans and scenarios are copied, so that changing them later
            changes no outcome.
        claim: of the server that computes it; only its holder may write progress and outcome.
        attempt: how often it was begun.
        done, total: progress, in units of work.
        standing: best value and bound of a search so far; None where nothing is known.
        failure: code of why it failed, or of why the plan it made is not in the study; empty
            otherwise.
        outcome: ``wardmote-outcome/1`` of a trial; ``wardmote-plan/1`` of grids and posts proposed
            for one standard; else a document of `operations.studies.made`.
    """

    id = models.CharField(primary_key=True, max_length=40)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10)
    request = models.JSONField()
    state = models.CharField(max_length=12, default=RunState.QUEUED.value, db_index=True)
    claim = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    standing = models.JSONField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    outcome = models.JSONField(null=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    started_s = models.FloatField(null=True)
    ended_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class GridGround(models.Model):
    """What a run cut grids from (`core.studies.cut_ground`); never changed once it is kept."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="grid_grounds")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"grids of {self.run_id}"


class Adoption(models.Model):
    """A plan on its way into force.

    Attributes:
        plan: ``wardmote-plan/1`` as proposed; later changes of the study's plan do not touch it.
        promise: what the trial said of it: the standard, and its tiers with in-time share and
            interval.
        from_s: when it takes or took effect; `until_s` when it ceased to hold.
        ends_s: when what held before is to be put in force again; None: it holds until replaced.
        former, placed: numbers of the version of the posting just before it and of its own.
        superseded_by: id of the adoption that replaced it; empty otherwise.
        failure: why it could not take effect, in both languages; None otherwise.
    """

    id = models.CharField(primary_key=True, max_length=40)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="adoptions")
    study_plan = models.ForeignKey(StudyPlan, on_delete=models.PROTECT, related_name="adoptions")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="adoptions")
    area = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=120)
    plan = models.JSONField()
    promise = models.JSONField()
    state = models.CharField(max_length=12, default=AdoptionState.PROPOSED.value, db_index=True)
    note = models.CharField(max_length=1000, blank=True)
    from_s = models.FloatField()
    until_s = models.FloatField(null=True)
    ends_s = models.FloatField(null=True)
    proposed_by = models.CharField(max_length=60)
    proposed_s = models.FloatField()
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_s = models.FloatField(null=True)
    review = models.CharField(max_length=1000, blank=True)
    rolled_back_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    former = models.BigIntegerField(null=True)
    placed = models.BigIntegerField(null=True)
    superseded_by = models.CharField(max_length=40, blank=True)
    failure = models.JSONField(null=True)

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
