"""Rows of notices, of what people wish, of devices, and of messages on their way."""

from __future__ import annotations

from django.db import models

from wardmote.operations.people.encryption import EncryptedTextField


class Notice(models.Model):
    """Something that a person is told; a line of the person's list.

    Attributes:
        key: what happened and to whom; a second one is not written.
        subject_kind, subject: what it is about, by its id; a task, a part of a hazard …
        drill: it belongs to a drill and counts for nothing.
        until_s: the last moment at which the person may answer, seconds UTC; None without a term.
        look_s: when the phone is thought of next; None once that is decided.
        outcome: what became of the push (`PushDecision`, or ``no_device``); empty until then.
    """

    id = models.CharField(primary_key=True, max_length=40)
    key = models.CharField(max_length=120, unique=True)
    staff = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    drill = models.BooleanField(default=False)
    made_s = models.FloatField(db_index=True)
    expires_s = models.FloatField()
    until_s = models.FloatField(null=True)
    read_s = models.FloatField(null=True)
    look_s = models.FloatField(null=True, db_index=True)
    outcome = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "made_s"], name="notices_of_person")]

    def __str__(self) -> str:
        return f"{self.staff} {self.kind}"


class NoticeWish(models.Model):
    """What a person chose: kinds that stay silent, quiet hours as local minutes of the day."""

    staff = models.CharField(primary_key=True, max_length=60)
    off = models.JSONField(default=list)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_to = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return self.staff


class PushDevice(models.Model):
    """A browser that takes pushes for a person.

    Attributes:
        digest: of the endpoint, by which it is found; who can send to an endpoint must know it.
        session: digest of the log-in under which it was registered; it is forgotten with that.
        language: in which its words are shown.
        refused: how many messages in a row the push service did not take.
    """

    id = models.CharField(primary_key=True, max_length=40)
    staff = models.CharField(max_length=60, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=64, db_index=True)
    endpoint = EncryptedTextField()
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    language = models.CharField(max_length=10)
    made_s = models.FloatField()
    seen_s = models.FloatField()
    refused = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.id


class PushMessage(models.Model):
    """One message to one device; gone once it was taken, refused, or of no use any more.

    Attributes:
        count: how many notices of its kind it stands for.
        sending: it was handed to the network; if nobody knows what became of it, it is not
            handed over again.
    """

    id = models.CharField(primary_key=True, max_length=40)
    device = models.ForeignKey(PushDevice, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField()
    drill = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_s = models.FloatField(db_index=True)
    expires_s = models.FloatField()
    sending = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.device_id}"
