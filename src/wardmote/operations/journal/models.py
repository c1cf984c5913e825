"""Rows of the journal. The database itself refuses to change or delete an entry."""

from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """One event. `seq` grows in commit order: writers hold the journal's lock until they commit."""

    seq = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    occurred_s = models.FloatField()
    recorded_s = models.FloatField()
    actor = models.CharField(max_length=60)
    area = models.CharField(max_length=12)
    incident = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    data = models.JSONField()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["incident", "seq"], name="journal_by_incident"),
            models.Index(fields=["unit", "seq"], name="journal_by_unit"),
            models.Index(fields=["recorded_s"], name="journal_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"


class ClockAnchor(models.Model):
    """Ties the deployment's clock to the machine's.

    now = served_s + (machine - machine_s) * rate. Without a row the two are the same; only a
    demonstration or an exercise has one.
    """

    machine_s = models.FloatField()
    served_s = models.FloatField()
    rate = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"×{self.rate}"


class AnsweredRequest(models.Model):
    """A state-changing request and the answer it got, so that a repeated one changes nothing."""

    account = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    route = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    answered_s = models.FloatField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class JournalReader(models.Model):
    """How far a reader has acted on the journal. Whoever acts holds this row's lock."""

    name = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField()
    moved_s = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class ReadingFault(models.Model):
    """What a reader could not do with an event, or a round could not do at all (`seq` 0).

    It waits to be tried again at `next_s`; after the last try it is set aside (None), for a person.
    """

    reader = models.CharField(max_length=40)
    reaction = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    cause = models.CharField(max_length=120)
    tries = models.PositiveIntegerField()
    first_s = models.FloatField()
    last_s = models.FloatField()
    next_s = models.FloatField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "reaction", "seq"], name="one_fault_per_event_and_reaction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.seq} {self.cause}"
