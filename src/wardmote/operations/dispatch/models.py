"""Rows of assignments, recommendations, overrides, alarms and advice to idle units."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.assignment import ACTIVE_STATES, AssignmentState
from wardmote.core.domain.move_up import LIVING_MOVE_UPS, MoveUpState

ACTIVE = sorted(state.value for state in ACTIVE_STATES)
LIVING = sorted({*ACTIVE, AssignmentState.STACKED.value, AssignmentState.PROPOSED.value})
"""States of assignments that are not over."""


class Assignment(models.Model):
    """One sending of one unit to one call. At most one per unit is active; others are stacked.

    `since_s` is when it came into its present state, or last reported from the scene.
    """

    id = models.CharField(primary_key=True, max_length=40)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, related_name="assignments"
    )
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(
        _("state"), max_length=20, choices=[(one.value, one.value) for one in AssignmentState]
    )
    queue = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    since_s = models.FloatField()
    created_s = models.FloatField()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["created_s", "id"]
        indexes = [
            models.Index(
                fields=["incident"],
                name="assignment_living",
                condition=models.Q(state__in=LIVING),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(state__in=ACTIVE),
                name="one_active_assignment_per_unit",
            ),
            models.UniqueConstraint(
                fields=["incident", "unit"],
                condition=models.Q(state__in=LIVING),
                name="a_unit_once_per_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} -> {self.incident_id} {self.state}"


class AssignmentTime(models.Model):
    """A time stamp of an assignment: written once.

    `late` is true when the message came after the assignment had moved on: the stamp is kept for
    the record, while the board shows only what moved the assignment.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="times")
    stamp = models.CharField(max_length=20)
    at_s = models.FloatField()
    device_s = models.FloatField(null=True)
    recorded_s = models.FloatField()
    clock = models.CharField(max_length=10)
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "stamp"], name="one_time_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.stamp}"


class Recommendation(models.Model):
    """What the policy answered for a call: the ranking with its reasons."""

    id = models.CharField(primary_key=True, max_length=40)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="advice"
    )
    made_s = models.FloatField()
    policy_version = models.CharField(max_length=200)
    units = models.JSONField(default=list)
    shortfall = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(current=True),
                name="one_current_recommendation",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Override(models.Model):
    """A person chose other units than recommended, and why."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="overrides"
    )
    units = models.JSONField()
    reason = models.CharField(max_length=40)
    chosen_by = models.CharField(max_length=60)
    chosen_s = models.FloatField()

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.reason}"


class Alarm(models.Model):
    """A timer that ran out; it ends when somebody answers or its cause goes away."""

    id = models.CharField(primary_key=True, max_length=40)
    timer = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="alarms"
    )
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.CASCADE)
    unit = models.ForeignKey("units.Unit", null=True, on_delete=models.CASCADE)
    raised_s = models.FloatField()
    ended_s = models.FloatField(null=True, db_index=True)
    ended_by = models.CharField(max_length=60, blank=True)
    end_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")

    def __str__(self) -> str:
        return f"{self.timer} {self.level} {self.incident_id}"


class StandingOrder(models.Model):
    """Where the recommended units are assigned at once, without a person's confirmation."""

    area = models.CharField(max_length=12, unique=True)
    auto_assign = models.BooleanField(default=False)
    set_by = models.CharField(max_length=60)
    set_s = models.FloatField()

    class Meta:
        verbose_name = _("standing order")
        verbose_name_plural = _("standing orders")

    def __str__(self) -> str:
        return f"{self.area} {self.auto_assign}"


class MoveUp(models.Model):
    """Advice to an idle unit to stand at another post, and what became of it.

    At most one of a unit is not over. `answer_reason` is why it was refused, lapsed or ended.
    """

    id = models.CharField(primary_key=True, max_length=40)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="move_ups")
    home = models.CharField(max_length=40, blank=True)
    post = models.CharField(max_length=40)
    state = models.CharField(
        _("state"), max_length=20, choices=[(one.value, one.value) for one in MoveUpState]
    )
    since_s = models.FloatField()
    advised_s = models.FloatField(db_index=True)
    answered_s = models.FloatField(null=True)
    arrived_s = models.FloatField(null=True)
    over_s = models.FloatField(null=True)
    gain_share = models.FloatField()
    drive_s = models.FloatField()
    reason = models.CharField(max_length=40)
    answer_reason = models.CharField(max_length=40, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    rule_version = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("move-up")
        verbose_name_plural = _("move-ups")
        indexes = [
            models.Index(fields=["unit", "-advised_s"], name="move_ups_of_a_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(state__in=sorted(one.value for one in LIVING_MOVE_UPS)),
                name="one_living_move_up_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} -> {self.post} {self.state}"


class PatrolPlan(models.Model):
    """A patrol drawn up for a unit: the streets to drive and the key places to look in at.

    `seed` makes the same plan again; `plan` is its plain form ``wardmote-patrol/1``.
    """

    id = models.CharField(primary_key=True, max_length=40)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="patrol_plans")
    made_s = models.FloatField()
    until_s = models.FloatField()
    seed = models.BigIntegerField()
    plan = models.JSONField()
    made_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("patrol plan")
        verbose_name_plural = _("patrol plans")
        indexes = [models.Index(fields=["unit", "-made_s"], name="patrol_plans_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.made_s}"


class PatrolRecord(models.Model):
    """What became of a patrol that is over: shares and key places, no positions and no way.

    Kept when the plan itself is forgotten. `way_share` is null where no position was known.
    """

    id = models.CharField(primary_key=True, max_length=40)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="patrol_records")
    made_s = models.FloatField(db_index=True)
    until_s = models.FloatField()
    length_m = models.FloatField()
    way_share = models.FloatField(null=True)
    planned = models.JSONField(default=list)
    visited = models.JSONField(default=list)
    cut_short = models.BooleanField()

    class Meta:
        verbose_name = _("patrol record")
        verbose_name_plural = _("patrol records")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.made_s}"
