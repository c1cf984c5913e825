"""Rows of tasks, of the rules that make them, and of consents to care visits."""

from __future__ import annotations

from django.db import models

from wardmote.operations.people.encryption import EncryptedTextField


class TaskSheet(models.Model):
    """What many tasks have in common: words and form, under a digest of them. Never changed."""

    version = models.CharField(primary_key=True, max_length=16)
    title_zh = models.CharField(max_length=60, blank=True)
    title_en = models.CharField(max_length=60, blank=True)
    purpose_zh = models.CharField(max_length=300, blank=True)
    purpose_en = models.CharField(max_length=300, blank=True)
    form = models.JSONField()

    def __str__(self) -> str:
        return self.title_zh or self.title_en


class Task(models.Model):
    """A task. `key` is its natural key; `revision` grows with each change.

    `instead_of` is whose it is while the holder deputises; a holder who was `chosen` was named, and
    does not change with who answers for the place. `done_s` is when it was done by the clock that
    counts, `recorded_s` when the server heard of it.

    `needs_officer`: an assistant does it beside a police officer alone. `officer` is who goes along
    while the holder is none, and once it is done who was there; `officer_gap` why there is nobody.
    """

    id = models.CharField(primary_key=True, max_length=40)
    key = models.CharField(max_length=40, unique=True)
    rule = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=20)
    source = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20)
    sheet = models.ForeignKey(TaskSheet, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=12)
    revision = models.PositiveIntegerField(default=1)
    area = models.CharField(max_length=12)
    place_kind = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=40, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tolerance_m = models.FloatField(null=True)
    office = models.CharField(max_length=30)
    holder = models.CharField(max_length=40, blank=True)
    instead_of = models.CharField(max_length=40, blank=True, default="")
    chosen = models.BooleanField(default=False)
    day = models.DateField()
    opens_s = models.FloatField()
    due_s = models.FloatField()
    useless_after_s = models.FloatField(null=True)
    minutes = models.PositiveSmallIntegerField()
    drill = models.BooleanField(default=False)
    needs_officer = models.BooleanField(default=False)
    officer = models.CharField(max_length=40, blank=True, default="")
    officer_gap = models.CharField(max_length=30, blank=True, default="")
    made_s = models.FloatField()
    begun_s = models.FloatField(null=True)
    done_s = models.FloatField(null=True)
    recorded_s = models.FloatField(null=True)
    done_by = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder", "day"], name="tasks_of_holder"),
            models.Index(fields=["day", "area"], name="tasks_of_day"),
            models.Index(fields=["source_kind", "source"], name="tasks_of_source"),
            # None is partial: SQLite does not use a partial index when states are parameters.
            models.Index(fields=["holder", "state"], name="tasks_of_holder_by_state"),
            models.Index(fields=["state", "due_s", "area", "drill"], name="tasks_overdue"),
            models.Index(fields=["state", "opens_s"], name="tasks_opening"),
            models.Index(fields=["instead_of", "state"], name="tasks_stood_in_for"),
            models.Index(fields=["state", "useless_after_s"], name="tasks_expiring"),
            models.Index(fields=["officer", "state"], name="tasks_of_officer"),
            # Bulletins count from these alone, without the rows.
            models.Index(fields=["due_s", "area", "drill", "state", "done_s"], name="tasks_by_due"),
            models.Index(fields=["made_s", "area", "drill"], name="tasks_by_made"),
            models.Index(
                fields=["day", "area", "drill", "state", "holder", "minutes"], name="tasks_planned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day} {self.state}"


class TaskStep(models.Model):
    """One step of a task's life: who did what, by which clock; never changed.

    `away_m` is how far from the place somebody checked in; the position itself is not kept.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    action = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    by = models.CharField(max_length=60)
    at_s = models.FloatField()
    device_s = models.FloatField(null=True)
    recorded_s = models.FloatField()
    clock = models.CharField(max_length=10)
    reason = models.CharField(max_length=30, blank=True)
    words = models.CharField(max_length=300, blank=True)
    away_m = models.FloatField(null=True)
    holder_before = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "revision"], name="one_step_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.revision} {self.action}"


class TaskArea(models.Model):
    """Where a task was until it followed its village; figures as of an earlier moment need it.

    `thing` is the task, `area` where it was, `until_s` when it came elsewhere.
    """

    thing = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="areas_before")
    area = models.CharField(max_length=12)
    until_s = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.thing_id} {self.area}"


class TaskRuleVersion(models.Model):
    """A version of a rule; the newest of a code counts, `in_use` false switches it off."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    data = models.JSONField()
    in_use = models.BooleanField(default=True)
    area = models.CharField(max_length=12)
    set_by = models.CharField(max_length=60)
    set_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_row_per_rule_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class TaskMaking(models.Model):
    """A rule's tasks of a day were made; `made` counts those that were new."""

    rule = models.CharField(max_length=40)
    day = models.DateField()
    made = models.PositiveIntegerField()
    at_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "day"], name="one_making_per_rule_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day} {self.made}"


class CareConsent(models.Model):
    """A resident's consent to care visits. Whose it is is sealed, and gone once it is erased.

    `entered` is the form's own token: the same paper sent twice is one consent.

    `sealed` holds name, contact, address and wishes as JSON; nothing of it can be searched.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12)
    office = models.CharField(max_length=30)
    purpose = models.CharField(max_length=20)
    sealed = EncryptedTextField(blank=True)
    every_days = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    from_day = models.DateField()
    to_day = models.DateField()
    state = models.CharField(max_length=12)
    given_s = models.FloatField()
    kept_by = models.CharField(max_length=40)
    ended_s = models.FloatField(null=True)
    erase_after_s = models.FloatField()
    entered = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "area"], name="consents_by_state"),
            models.Index(fields=["state", "erase_after_s"], name="consents_to_erase"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.area} {self.state}"
