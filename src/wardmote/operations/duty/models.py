"""Rows of duty: switches of level, plans and what was activated, guards, neighbours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.agreement import AidState
from wardmote.core.domain.contingency import ActivationState, OfferState, StepState, VersionState
from wardmote.core.domain.duty_level import SwitchState
from wardmote.core.domain.event_guard import GuardState
from wardmote.operations.people.encryption import EncryptedTextField


class Switch(models.Model):
    """A switch of an area to a level.

    Attributes:
        content: the level as it reads; what is approved is what was proposed.
        digest: of the effects that were shown to whoever proposed it.
        until_s: it ends by itself here; None: when somebody ends it.
        recalled: ids of leaves that it cut short.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    level = models.CharField(max_length=30)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=SwitchState.PROPOSED.value, db_index=True)
    words = models.CharField(max_length=300, blank=True)
    until_s = models.FloatField(null=True)
    proposed_by = models.CharField(max_length=60)
    proposed_s = models.FloatField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_s = models.FloatField(null=True)
    recalled = models.JSONField(default=list)

    class Meta:
        verbose_name = _("switch of duty level")
        verbose_name_plural = _("switches of duty level")
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                condition=models.Q(state=SwitchState.IN_FORCE.value),
                name="one_level_in_force_per_area",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.level}"


class PostShortfall(models.Model):
    """A post had fewer units on duty than the level in force there asks for.

    Attributes:
        area: of the post.
        told_s: when it had lasted for so long that leaders were told; None before.
        ended_s: when it was filled, or the level had ended; None while it lasts.
    """

    switch = models.CharField(max_length=40)
    post = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    since_s = models.FloatField()
    told_s = models.FloatField(null=True)
    ended_s = models.FloatField(null=True, db_index=True)

    class Meta:
        verbose_name = _("post below its minimum")
        verbose_name_plural = _("posts below their minimum")
        constraints = [
            models.UniqueConstraint(
                fields=["switch", "post"],
                condition=models.Q(ended_s=None),
                name="one_shortfall_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.switch} {self.post}"


class Plan(models.Model):
    """A contingency plan of an area; what it says is in its versions."""

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()

    class Meta:
        verbose_name = _("contingency plan")
        verbose_name_plural = _("contingency plans")

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class PlanVersion(models.Model):
    """A version of a plan; `content` is a checklist and never changes."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    state = models.CharField(max_length=10, default=VersionState.DRAFT.value, db_index=True)
    written_by = models.CharField(max_length=60)
    written_s = models.FloatField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(state=VersionState.APPROVED.value),
                name="one_version_approved_per_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class Activation(models.Model):
    """A version of a plan put to use, really or as a drill.

    Attributes:
        subject, subject_code: an incident's or key place's id, or the name of an event.
        key: made by the sender, so that sending it twice activates once.
    """

    id = models.CharField(primary_key=True, max_length=40)
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="activations")
    area = models.CharField(max_length=12, db_index=True)
    subject = models.CharField(max_length=10)
    subject_code = models.CharField(max_length=80)
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=ActivationState.ACTIVE.value, db_index=True)
    key = models.CharField(max_length=80)
    started_by = models.CharField(max_length=60)
    started_s = models.FloatField()
    ended_by = models.CharField(max_length=60, blank=True)
    ended_s = models.FloatField(null=True)
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_s = models.FloatField(null=True)
    lessons = models.TextField(blank=True)

    class Meta:
        verbose_name = _("activation of a plan")
        verbose_name_plural = _("activations of plans")
        constraints = [
            models.UniqueConstraint(fields=["started_by", "key"], name="activation_once_per_key")
        ]

    def __str__(self) -> str:
        return self.id


class Offer(models.Model):
    """A plan that something brought up; it does nothing until somebody takes it.

    Attributes:
        subject_code: an incident's id, or what an activation for the event is called.
        code: the incident's id, or the guard's.
        activation: what was activated with it; empty before.
    """

    id = models.CharField(primary_key=True, max_length=40)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="offers")
    area = models.CharField(max_length=12, db_index=True)
    subject = models.CharField(max_length=10)
    subject_code = models.CharField(max_length=80, db_index=True)
    code = models.CharField(max_length=40)
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=OfferState.OFFERED.value, db_index=True)
    made_s = models.FloatField()
    answered_by = models.CharField(max_length=60, blank=True)
    answered_s = models.FloatField(null=True)
    activation = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("offer of a plan")
        verbose_name_plural = _("offers of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "subject", "subject_code"], name="offer_once")
        ]

    def __str__(self) -> str:
        return self.id


class Participant(models.Model):
    """Somebody who takes part in an activation, in a role of the plan."""

    activation = models.ForeignKey(
        Activation, on_delete=models.CASCADE, related_name="participants"
    )
    staff_id = models.CharField(max_length=60, db_index=True)
    role = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activation", "staff_id", "role"], name="participant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activation_id} {self.staff_id}"


class ActivationStep(models.Model):
    """A step of an activation; `number` counts from 1.

    Attributes:
        words: what was said when it was done or skipped.
        why: why it was late, skipped or missed, as the look back found.
    """

    activation = models.ForeignKey(Activation, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    what_zh = models.CharField(max_length=300, blank=True)
    what_en = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=StepState.WAITING.value)
    due_s = models.FloatField(db_index=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_s = models.FloatField(null=True)
    words = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activation", "number"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.activation_id} {self.number}"


class Guard(models.Model):
    """A guard of an event that comes again; `content` is what it says."""

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    content = models.JSONField()
    last_day = models.DateField(null=True)
    state = models.CharField(max_length=10, default=GuardState.DRAFT.value, db_index=True)
    written_by = models.CharField(max_length=60)
    written_s = models.FloatField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("event guard")
        verbose_name_plural = _("event guards")

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class GuardDay(models.Model):
    """An occurrence of a guarded event that was made: once a day, whatever happens."""

    guard = models.ForeignKey(Guard, on_delete=models.PROTECT, related_name="days")
    day = models.DateField(db_index=True)
    content = models.JSONField()
    posts = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    made_s = models.FloatField()
    called_off_s = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guard", "day"], name="guard_once_a_day")]

    def __str__(self) -> str:
        return f"{self.guard_id} {self.day}"


class Neighbour(models.Model):
    """A neighbour with whom there is an agreement; contacts are people, so they are encrypted.

    Attributes:
        ended_s: since when the agreement holds no more.
        border: the strip along which duty is done together, as WGS-84 [lon, lat] in order.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    contact = EncryptedTextField(blank=True)
    agreed = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True)
    border = models.JSONField(default=list)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    ended_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("neighbour")
        verbose_name_plural = _("neighbours")

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class AidRequest(models.Model):
    """A neighbour was asked for joint duty, aid or information."""

    id = models.CharField(primary_key=True, max_length=40)
    neighbour = models.ForeignKey(Neighbour, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=12)
    words = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=AidState.ASKED.value, db_index=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    answered_s = models.FloatField(null=True)
    agreed = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    ended_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("request to a neighbour")
        verbose_name_plural = _("requests to neighbours")

    def __str__(self) -> str:
        return self.id
