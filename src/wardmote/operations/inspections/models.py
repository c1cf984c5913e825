"""Rows of inspections: draws and checks, equipment, courses, the survey, and appeals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.assessment import AppealState
from wardmote.core.domain.course import AttendanceState, TurnState
from wardmote.core.domain.equipment import FaultState
from wardmote.core.domain.inspection import CheckState
from wardmote.operations.people.encryption import EncryptedTextField


class DayValue(models.Model):
    """The secret value of a local day; its hash is shown ahead, itself when the day is over."""

    day = models.DateField(primary_key=True)
    value = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    made_s = models.FloatField()

    def __str__(self) -> str:
        return str(self.day)


class Draw(models.Model):
    """A draw of checks, with all that is needed to repeat it.

    Attributes:
        name: the day, the area and the number within them; goes into the seed.
        candidates, wanted: by stratum, the names drawn from and how many were wanted.
        drill: an exercise, which never enters statistics.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=60, unique=True)
    area = models.CharField(max_length=12, db_index=True)
    day = models.DateField(db_index=True)
    seed = models.CharField(max_length=64)
    candidates = models.JSONField()
    wanted = models.JSONField()
    drill = models.BooleanField(default=False)
    drawn_by = models.CharField(max_length=60)
    drawn_s = models.FloatField()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")

    def __str__(self) -> str:
        return self.name


class SpotCheck(models.Model):
    """One check that came out of a draw.

    Attributes:
        subject: id of the post, unit or item, or the staff number.
        person: staff number of the person concerned, who may reply; empty while nobody is.
        findings: item -> what was found; corrected ones take its place, the first are kept.
        reply_until_s: the last moment of the term, seconds UTC.
    """

    id = models.CharField(primary_key=True, max_length=40)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="checks")
    place = models.PositiveSmallIntegerField()
    stratum = models.CharField(max_length=10)
    subject = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    state = models.CharField(max_length=10, default=CheckState.DRAWN.value, db_index=True)
    person = models.CharField(max_length=60, blank=True, db_index=True)
    findings = models.JSONField(default=dict)
    first_findings = models.JSONField(default=dict)
    words = EncryptedTextField(blank=True)
    recorded_by = models.CharField(max_length=60, blank=True)
    recorded_s = models.FloatField(null=True, db_index=True)
    reply = EncryptedTextField(blank=True)
    replied_s = models.FloatField(null=True)
    reply_until_s = models.FloatField(null=True, db_index=True)
    decision = EncryptedTextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)
    dropped_for = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        constraints = [
            models.UniqueConstraint(fields=["draw", "stratum", "subject"], name="drawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} {self.subject}"


class EquipmentItem(models.Model):
    """An item of equipment.

    Attributes:
        expires: the last good day; None where it does not expire.
        every_days: days from one inspection to the next; None where none is due.
        looked_day: the day of the last inspection, or of its entry.
    """

    id = models.CharField(primary_key=True, max_length=40)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=60)
    area = models.CharField(max_length=12, db_index=True)
    holder_kind = models.CharField(max_length=10)
    holder = models.CharField(max_length=40, db_index=True)
    expires = models.DateField(null=True)
    every_days = models.PositiveSmallIntegerField(null=True)
    looked_day = models.DateField()
    complete = models.BooleanField(default=True)
    written_off = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("item of equipment")
        verbose_name_plural = _("items of equipment")

    def __str__(self) -> str:
        return self.number


class EquipmentStep(models.Model):
    """What happened to an item: entered, given to a holder, looked at, a fault moved."""

    item = models.ForeignKey(EquipmentItem, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=20)
    holder = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=60)
    at_s = models.FloatField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.action}"


class EquipmentFault(models.Model):
    """A fault of an item."""

    id = models.CharField(primary_key=True, max_length=40)
    item = models.ForeignKey(EquipmentItem, on_delete=models.CASCADE, related_name="faults")
    state = models.CharField(max_length=12, default=FaultState.OPEN.value, db_index=True)
    words = models.CharField(max_length=300)
    reported_by = models.CharField(max_length=60)
    reported_s = models.FloatField()
    ended_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("fault of equipment")
        verbose_name_plural = _("faults of equipment")

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class SurveyedService(models.Model):
    """A finished service for which an invitation was given out, once. It names no token."""

    kind = models.CharField(max_length=10)
    service = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "service"], name="invited_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.service}"


class SurveyToken(models.Model):
    """An invitation: only its hash, what it may be counted under, and whether it was used."""

    token_sha256 = models.CharField(primary_key=True, max_length=64)
    day = models.DateField(db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=10)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class SurveyAnswer(models.Model):
    """An anonymous answer: nothing leads from here to a token, a service or a person."""

    id = models.CharField(primary_key=True, max_length=40)
    day = models.DateField(db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=10)
    answers = models.JSONField()

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Course(models.Model):
    """A course.

    Attributes:
        valid_days: how long its certificate is good; None: it does not expire.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    valid_days = models.PositiveSmallIntegerField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class CourseSession(models.Model):
    """A session of a course on a local day."""

    id = models.CharField(primary_key=True, max_length=40)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    day = models.DateField(db_index=True)
    begins = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=120, blank=True)
    seats = models.PositiveSmallIntegerField()
    called_off = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("session of a course")
        verbose_name_plural = _("sessions of courses")

    def __str__(self) -> str:
        return f"{self.course_id} {self.day}"


class Attendance(models.Model):
    """Somebody in a session; who attended has a certificate until `good_until`, or for good."""

    session = models.ForeignKey(CourseSession, on_delete=models.PROTECT, related_name="attendances")
    staff_id = models.CharField(max_length=40, db_index=True)
    state = models.CharField(max_length=10, default=AttendanceState.ENROLLED.value)
    good_until = models.DateField(null=True)
    moved_by = models.CharField(max_length=60)
    moved_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "staff_id"], name="enrolled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.staff_id}"


class StationTurn(models.Model):
    """A turn of a village security chief at the station."""

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    staff_id = models.CharField(max_length=40, db_index=True)
    first_day = models.DateField(db_index=True)
    last_day = models.DateField()
    days = models.JSONField()
    state = models.CharField(max_length=10, default=TurnState.PLANNED.value)

    class Meta:
        verbose_name = _("turn at the station")
        verbose_name_plural = _("turns at the station")
        constraints = [
            models.UniqueConstraint(fields=["staff_id", "first_day"], name="one_turn_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.first_day}"


class AssessmentRulesVersion(models.Model):
    """A published version of the rules of assessment; never changed, only followed by another."""

    version = models.CharField(primary_key=True, max_length=40)
    data = models.JSONField()
    from_s = models.FloatField(db_index=True)
    published_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.version


class Appeal(models.Model):
    """An appeal of a person against one counted case."""

    id = models.CharField(primary_key=True, max_length=40)
    staff_id = models.CharField(max_length=40, db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    counted = models.CharField(max_length=30)
    case_kind = models.CharField(max_length=20)
    case = models.CharField(max_length=60)
    words = EncryptedTextField()
    state = models.CharField(max_length=10, default=AppealState.FILED.value)
    filed_s = models.FloatField()
    decision = EncryptedTextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["staff_id", "counted", "case"],
                condition=models.Q(state=AppealState.FILED.value),
                name="one_open_appeal_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.counted} {self.state}"
