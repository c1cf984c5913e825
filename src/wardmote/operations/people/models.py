"""Rows of staff: accounts, persons, appointments, leave and records."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wardmote.operations.people.encryption import EncryptedTextField


class Account(AbstractUser):
    """A member of staff who can log in. `staff_id` is what the journal calls them."""

    staff_id = models.CharField(_("staff number"), max_length=40, unique=True)
    name_zh = models.CharField(pgettext_lazy("person", "Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(pgettext_lazy("person", "English name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.username

    def name_in(self, language: str) -> str:
        """The name to show to a reader of `language`."""
        if language.startswith("zh"):
            return self.name_zh or self.name_en or self.username
        return self.name_en or self.name_zh or self.username


class Person(models.Model):
    """A member of staff, with or without an account; an account has the same staff number.

    Attributes:
        area: the area of the organisation that the person belongs to, such as a station's town.
        left_day: the last day of service; None while there is none.
    """

    staff_id = models.CharField(_("staff number"), primary_key=True, max_length=40)
    name_zh = models.CharField(pgettext_lazy("person", "Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(pgettext_lazy("person", "English name"), max_length=60, blank=True)
    kind = models.CharField(max_length=12)
    area = models.CharField(max_length=12, db_index=True)
    left_day = models.DateField(null=True, blank=True)
    kept_by = models.CharField(max_length=60)
    kept_s = models.FloatField()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("members of staff")

    def __str__(self) -> str:
        return self.staff_id

    def name_in(self, language: str) -> str:
        """The name to show to a reader of `language`."""
        if language.startswith("zh"):
            return self.name_zh or self.name_en or self.staff_id
        return self.name_en or self.name_zh or self.staff_id


class Appointment(models.Model):
    """One person in one office at one place, on local days, inclusive (`to_day` None: open).

    The database itself refuses a second holder of an office with one holder (`sole`) whose days
    overlap. Rows are never deleted: one that never began is `withdrawn`.

    Attributes:
        area: of the place; the role of the office is held there.
    """

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    office = models.CharField(max_length=20)
    place_kind = models.CharField(max_length=10)
    place = models.CharField(max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    acting = models.BooleanField(default=False)
    sole = models.BooleanField()
    withdrawn = models.BooleanField(default=False)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [
            models.Index(fields=["place", "place_kind", "office"], name="appointments_of_a_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True)
                | models.Q(to_day__gte=models.F("from_day"))
                | models.Q(withdrawn=True),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.office} {self.place}"


class Leave(models.Model):
    """A person is, was or would be away in [from_s, to_s), seconds UTC.

    `decided_s` is of the last decision, `approved_s` of the approval (None: there was none).

    The database itself refuses two leaves of a person, both taken, whose times overlap.
    """

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(max_length=14)
    from_s = models.FloatField()
    to_s = models.FloatField(db_index=True)
    deputy = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="deputising"
    )
    state = models.CharField(max_length=10, db_index=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_s = models.FloatField(null=True)
    approved_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_s__gt=models.F("from_s")), name="leave_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.pk}"


class StaffEntry(models.Model):
    """An entry of somebody's record. The database refuses to change or delete one.

    Attributes:
        area: the person's when it was written; the right to read it is asked there and now.
        valid_to: a training lasts until this day; None where nothing expires.
        corrects: the entry that this one puts right.
    """

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries")
    area = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=20)
    day = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    words = EncryptedTextField(blank=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    written_by = models.CharField(max_length=60)
    written_s = models.FloatField()

    class Meta:
        verbose_name = _("entry of a staff record")
        verbose_name_plural = _("entries of staff records")

    def __str__(self) -> str:
        return self.pk


class StaffReply(models.Model):
    """What the person concerned replied to an entry. The database refuses to change it."""

    id = models.CharField(primary_key=True, max_length=40)
    entry = models.ForeignKey(StaffEntry, on_delete=models.PROTECT, related_name="replies")
    words = EncryptedTextField()
    written_s = models.FloatField()

    class Meta:
        verbose_name = _("reply to an entry")
        verbose_name_plural = _("replies to entries")

    def __str__(self) -> str:
        return self.pk


class StaffTable(models.Model):
    """A table of staff that was read and waits for a person's yes; emptied once it is decided.

    `rows` is what was read, as JSON.
    """

    id = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=120, blank=True)
    rows = EncryptedTextField(blank=True)
    made_by = models.CharField(max_length=60, db_index=True)
    made_s = models.FloatField()
    applied_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("table of staff")
        verbose_name_plural = _("tables of staff")

    def __str__(self) -> str:
        return self.pk


class StaffInvitation(models.Model):
    """A link by which a member of staff opens an account, once. Only the token's hash is kept."""

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    expires_s = models.FloatField()
    used_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("invitation to open an account")
        verbose_name_plural = _("invitations to open accounts")

    def __str__(self) -> str:
        return self.pk


class AccountMove(models.Model):
    """What happened to the account of a member of staff, when, by whom and why."""

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_moves")
    action = models.CharField(max_length=14)
    reason = EncryptedTextField(blank=True)
    by = models.CharField(max_length=60)
    at_s = models.FloatField()

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")

    def __str__(self) -> str:
        return self.pk
