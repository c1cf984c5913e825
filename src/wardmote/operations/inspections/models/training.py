"""Rows of training: courses, their sessions and who attends them, and turns at the station."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.course import AttendanceState, TurnState


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


class AttendanceStep(models.Model):
    """One step of an attendance; only added to, so that a past day can be counted again."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="steps")
    after = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    at_s = models.FloatField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.after}"


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
