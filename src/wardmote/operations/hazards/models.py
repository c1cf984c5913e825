"""Rows of hazards: what was found, who must put it right by when, and what was done about it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.hazard import ExtensionState, HazardState, PartState
from wardmote.operations.people.encryption import EncryptedTextField


class HazardCounter(models.Model):
    """The last number given to a hazard in a local year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Department(models.Model):
    """A department or company that puts hazards right in an area and all below it."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=12)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.code


class DepartmentMember(models.Model):
    """An account that acts for a department."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="members")
    staff_id = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "staff_id"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.staff_id}"


class ReportPoint(models.Model):
    """A place with a QR code by which anybody may report a hazard there.

    Attributes:
        key: made by the form that added it, so that sending it twice adds it once.
        token: hangs on the wall; it names the place and opens nothing.
    """

    id = models.CharField(primary_key=True, max_length=40)
    key = models.CharField(max_length=80, blank=True)
    token = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=12)
    lon = models.FloatField()
    lat = models.FloatField()
    active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()

    class Meta:
        verbose_name = _("place to report at")
        verbose_name_plural = _("places to report at")
        constraints = [
            models.UniqueConstraint(
                fields=["made_by", "key"],
                condition=~models.Q(key=""),
                name="point_once_per_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class Hazard(models.Model):
    """A hazard.

    Attributes:
        key: made by whoever sent it, so that sending it twice reports it once.
        words: what was said about it.
        place: where it is, in words.
        round: how often it was opened; parts of an earlier round do not count any more.
        ended_s: when it was closed, rejected or merged.
        follow_sha256: of the token by which a reporter without an account follows it.
    """

    id = models.CharField(primary_key=True, max_length=40)
    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=80)
    area = models.CharField(max_length=12, db_index=True)
    category = models.CharField(max_length=30)
    channel = models.CharField(max_length=20)
    lon = models.FloatField(db_index=True)
    lat = models.FloatField(db_index=True)
    place = models.CharField(max_length=120, blank=True)
    words = EncryptedTextField(blank=True)
    state = models.CharField(max_length=10, default=HazardState.REPORTED.value, db_index=True)
    round = models.PositiveSmallIntegerField(default=1)
    reported_by = models.CharField(max_length=60, db_index=True)
    reported_s = models.FloatField(db_index=True)
    ended_s = models.FloatField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    point = models.ForeignKey(ReportPoint, null=True, on_delete=models.PROTECT)
    follow_sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        indexes = [
            # Bulletins count from these alone, without the rows.
            models.Index(
                fields=["reported_s", "area", "state", "ended_s", "round"], name="hazards_reported"
            ),
            models.Index(
                fields=["round", "ended_s", "reported_s", "area"], name="hazards_standing"
            ),
            # What figures ask of the hazards of many parts: half the time.
            models.Index(fields=["id", "area", "category"], name="hazards_for_figures"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reported_by", "key"], name="hazard_once_per_key"),
        ]

    def __str__(self) -> str:
        return self.number


class HazardArea(models.Model):
    """Where a hazard was until it followed its village, for figures as of an earlier moment.

    Attributes:
        thing: the hazard.
        area: where it was.
        until_s: when it came elsewhere.
    """

    thing = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="areas_before")
    area = models.CharField(max_length=12)
    until_s = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.thing_id} {self.area}"


class HazardReporter(models.Model):
    """How a reporter wants to be reached; given freely, erased a term after the hazard ended."""

    hazard = models.OneToOneField(Hazard, on_delete=models.CASCADE, related_name="reporter")
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return self.hazard_id


class HazardRepeat(models.Model):
    """A hazard at the place of an earlier one of its kind.

    Attributes:
        linked_s: since when they are known to belong together.
        ended_s: when they turned out not to, or one of them was merged; None while it stands.
    """

    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="repeats")
    earlier = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="repeated_by")
    linked_s = models.FloatField()
    ended_s = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hazard", "earlier"],
                condition=models.Q(ended_s=None),
                name="repeat_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.earlier_id}"


class HazardPart(models.Model):
    """What one department or owner must do about a hazard.

    Attributes:
        key_sha256: of the key of the request that gave it, so that sending it twice gives it once.
        department: None for an owner, who has a page of their own by a token.
        what: what must be done.
        term_unit: what its term is counted in (`TermUnit`), for when its time stands still.
        first_deadline_s: as in the notice; extensions and suspensions change `deadline_s` alone.
            A department that gets a hazard again in the same round keeps both.
        round: of the hazard, when it was given.
        since_s: when it was given or last returned; proof counts from then on.
        left_s: seconds that were left when it was suspended; None while it is not.
        level: how often it was escalated.
        ended_s: when it passed, was declined or was recalled.
        again_s: when the department that it was taken from got the hazard again in that round.
    """

    id = models.CharField(primary_key=True, max_length=40)
    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="parts")
    key_sha256 = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="parts"
    )
    owner_name = EncryptedTextField(blank=True)
    owner_phone = EncryptedTextField(blank=True)
    owner_token_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    what = EncryptedTextField(blank=True)
    term_unit = models.CharField(max_length=14)
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=PartState.ASSIGNED.value, db_index=True)
    level = models.PositiveSmallIntegerField(default=0)
    assigned_by = models.CharField(max_length=60)
    assigned_s = models.FloatField()
    since_s = models.FloatField()
    first_deadline_s = models.FloatField()
    deadline_s = models.FloatField(db_index=True)
    left_s = models.FloatField(null=True)
    submitted_by = models.CharField(max_length=60, blank=True)
    submitted_s = models.FloatField(null=True)
    first_checked_s = models.FloatField(null=True, db_index=True)
    returns = models.PositiveSmallIntegerField(default=0)
    ended_s = models.FloatField(null=True)
    again_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("part of a rectification")
        verbose_name_plural = _("parts of rectifications")

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.department_id or 'owner'}"


class HazardExtension(models.Model):
    """More time, asked for and decided on; `from_s` is the deadline when it was asked."""

    id = models.CharField(primary_key=True, max_length=40)
    part = models.ForeignKey(HazardPart, on_delete=models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=10, default=ExtensionState.ASKED.value)
    from_s = models.FloatField()
    until_s = models.FloatField()
    words = EncryptedTextField(blank=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part"],
                condition=models.Q(state=ExtensionState.ASKED.value),
                name="one_extension_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.state}"


class HazardStep(models.Model):
    """One line of a hazard's history. Only added to.

    Attributes:
        about: ``hazard``, ``part`` or ``extension``: whose action it is.
        action: its code; ``report``, ``assign`` and ``ask`` where something came into being.
        distance_m: of a re-check from the hazard's place; None without a position.
        away: why a re-check was recorded away from it; empty where it was not.
    """

    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="steps")
    part = models.ForeignKey(HazardPart, null=True, on_delete=models.CASCADE, related_name="steps")
    about = models.CharField(max_length=10)
    action = models.CharField(max_length=12)
    words = EncryptedTextField(blank=True)
    actor = models.CharField(max_length=60)
    at_s = models.FloatField()
    distance_m = models.FloatField(null=True)
    away = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["about", "action", "at_s"], name="hazard_steps_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.action}"
