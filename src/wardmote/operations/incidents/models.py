"""Rows of calls. What could identify a caller is encrypted and lives in rows of its own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.incident import OPEN_STATES, FieldTime, IncidentState
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.people.encryption import EncryptedTextField

CHANNELS = ("phone", "web", "qr", "import", "neighbour", "patrol")


class DayCounter(models.Model):
    """The last number given to a call on a local day."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day} {self.last}"


class Incident(models.Model):
    """A call.

    `place_known` is ``unknown``, ``inside`` or ``outside`` (of every area of this deployment).
    `since_s` is when it came into its present state.
    `version` grows with every change, for optimistic locking.
    """

    id = models.CharField(primary_key=True, max_length=40)
    number = models.CharField(_("number"), max_length=60, unique=True)
    category = models.CharField(_("category"), max_length=80)
    priority = models.PositiveSmallIntegerField(_("priority"))
    alarm_level = models.PositiveSmallIntegerField(_("alarm level"), default=1)
    state = models.CharField(
        _("state"), max_length=20, choices=[(state.value, state.value) for state in IncidentState]
    )
    since_s = models.FloatField()
    channel = models.CharField(_("channel"), max_length=20)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    place_known = models.CharField(max_length=10)
    place_class = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in PlaceClass]
    )
    area = models.CharField(_("area"), max_length=12, db_index=True)
    beat = models.CharField(max_length=40, null=True)  # noqa: DJ001  # null: outside every beat
    drill = models.BooleanField(_("drill"), default=False)
    primary = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    disposition = models.CharField(max_length=40, null=True)  # noqa: DJ001  # null: not closed
    rules_version = models.CharField(max_length=60, blank=True)
    received_s = models.FloatField(db_index=True)
    received_by = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(
                fields=["received_s"],
                name="incident_open",
                condition=models.Q(state__in=sorted(state.value for state in OPEN_STATES)),
            ),
            models.Index(fields=["area", "received_s"], name="incident_by_area"),
        ]

    def __str__(self) -> str:
        return self.number


class Caller(models.Model):
    """Who called. Read only through a selector that writes down the look."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="caller")
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return f"caller of {self.incident_id}"


class Note(models.Model):
    """A note on a call. Free text may name people, so it is encrypted."""

    id = models.CharField(primary_key=True, max_length=40)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    at_s = models.FloatField()
    author = models.CharField(max_length=60)
    text = EncryptedTextField()

    class Meta:
        ordering = ["at_s", "id"]

    def __str__(self) -> str:
        return self.id


class FieldTimeRow(models.Model):
    """A field time stamp of a call: written once."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="field_times")
    stamp = models.CharField(max_length=20, choices=[(one.value, one.value) for one in FieldTime])
    at_s = models.FloatField()
    device_s = models.FloatField(null=True)
    recorded_s = models.FloatField()
    clock = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "stamp"], name="one_stamp_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.stamp}"


class Destination(models.Model):
    """Who answers for a call, as the rules last said; `position` 0 is the first responsible."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="destinations")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30)
    target = models.CharField(max_length=60, blank=True)
    first_responsible = models.BooleanField()
    rule = models.CharField(max_length=60)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "position"], name="one_per_position"),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(first_responsible=True),
                name="one_first_responsible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class Link(models.Model):
    """A link from a duplicate to its primary; a link taken back stays as a row with `ended_s`."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    primary = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="linked")
    linked_s = models.FloatField()
    linked_by = models.CharField(max_length=60)
    ended_s = models.FloatField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(ended_s=None), name="one_primary_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} -> {self.primary_id}"


class LocationRequest(models.Model):
    """A short link that asks a caller's phone for its position. Only the token's hash is kept."""

    id = models.CharField(primary_key=True, max_length=40)
    token_sha256 = models.CharField(max_length=64, unique=True)
    area = models.CharField(max_length=12)
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.CASCADE, related_name="location_requests"
    )
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    expires_s = models.FloatField()
    answered_s = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.id


class ImportedRecord(models.Model):
    """A record of another control room that became a call, by its idempotency key."""

    key = models.CharField(primary_key=True, max_length=160)
    digest = models.CharField(max_length=64)
    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="imported")
    source_category = models.CharField(max_length=200, blank=True)
    source_priority = models.CharField(max_length=60, blank=True)
    station_area = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=60, blank=True)
    source_disposition = models.CharField(max_length=200, blank=True)
    flags = models.JSONField(default=list)
    units = models.JSONField(default=list)
    imported_s = models.FloatField()

    def __str__(self) -> str:
        return self.key
