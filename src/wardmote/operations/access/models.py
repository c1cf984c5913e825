"""Rows of grants, crews, device tokens and disclosures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.permissions import Role

ROLE_NAMES = {
    Role.DISPATCHER: _("Dispatcher"),
    Role.CREW: _("Crew"),
    Role.COMMUNITY_OFFICER: _("Community officer"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.PLANNER: _("Planner"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.VILLAGE_ASSISTANT: _("Village assistant"),
    Role.STATION_CHIEF: _("Station chief"),
    Role.INSPECTOR: _("Inspector"),
    Role.DEPARTMENT: _("Department"),
    Role.VOLUNTEER: _("Volunteer"),
}


class Grant(models.Model):
    """A role given to a person for an area, from and until a time (None: open)."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants"
    )
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.value, name) for role, name in ROLE_NAMES.items()]
    )
    area = models.CharField(_("area"), max_length=12)
    valid_from_s = models.FloatField(null=True, blank=True)
    valid_to_s = models.FloatField(null=True, blank=True)
    granted_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("role in an area")
        verbose_name_plural = _("roles in areas")
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "area"], name="one_grant_per_area"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.role} {self.area}"


class CrewMembership(models.Model):
    """The unit that a person crews now; there is at most one."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="crew"
    )
    unit = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return f"{self.account} {self.unit}"


class DeviceToken(models.Model):
    """A bearer token bound to one unit's device. Only its hash is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    unit = models.CharField(max_length=40, db_index=True)
    area = models.CharField(max_length=12)
    label = models.CharField(max_length=60, blank=True)
    expires_s = models.FloatField()
    revoked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.unit} {self.label}"


class Disclosure(models.Model):
    """Somebody opened personal data: who, as what, about what, why, when.

    `incident` is the call; of anything else `subject` is its id and `subject_kind` says what it is
    (``staff_record``: the staff id). A reading of this record itself has neither; its `fields` is
    ``disclosures``.
    """

    staff_id = models.CharField(max_length=40, db_index=True)
    role = models.CharField(max_length=30, blank=True)
    incident = models.CharField(max_length=40, db_index=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=40, blank=True, db_index=True)
    area = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    fields = models.CharField(max_length=200)
    at_s = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.incident} {self.purpose}"
