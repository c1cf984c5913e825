"""One hazard: its page, its notice, and how people are reached."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.hazard import HazardState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.operations.access.services import AccessDeniedError, Looked, record_look
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import (
    Hazard,
    HazardExtension,
    HazardPart,
    HazardReporter,
    HazardStep,
)
from wardmote.operations.hazards.recording import HAZARD_SUBJECT, PROOF_SUBJECT
from wardmote.operations.hazards.rights import (
    departments_of,
    hazard_to_see,
    may_pass,
    part_locked,
    seen_by,
)
from wardmote.operations.photos.selectors import KeptPhoto, photos_of

MOST_LINKED = 50


@dataclass(frozen=True, slots=True)
class PartView:
    """A part with its pictures, its requests for more time, and what the viewer may do with it."""

    row: HazardPart
    photos: tuple[KeptPhoto, ...]
    extensions: tuple[HazardExtension, ...]
    rectifies: bool
    checks: bool
    passes: bool


@dataclass(frozen=True, slots=True)
class HazardPage:
    """One hazard, whole.

    Attributes:
        parts: of the present round first.
        earlier, later: hazards of its kind at its place, before and after it, that the viewer sees;
            the latest `MOST_LINKED` of each.
    """

    row: Hazard
    parts: tuple[PartView, ...]
    photos: tuple[KeptPhoto, ...]
    steps: tuple[HazardStep, ...]
    earlier: tuple[Hazard, ...]
    later: tuple[Hazard, ...]
    triages: bool
    has_contact: bool
    purposes: tuple[Purpose, ...]


def hazard_page(viewer: Viewer, hazard_id: str, *, now_s: float) -> HazardPage:
    """One hazard with all that belongs to it.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer may not see it.
    """
    row = hazard_to_see(viewer, hazard_id)
    area = AreaId(row.area)
    parts = list(row.parts.select_related("department").order_by("-round", "assigned_s", "pk"))
    photos = photos_of(PROOF_SUBJECT, [part.pk for part in parts], now_s)
    extensions = list(HazardExtension.objects.filter(part__hazard=row).order_by("asked_s"))
    checks = viewer.may(Permission.HAZARD_CHECK, area)
    own = departments_of(viewer)
    seen = Hazard.objects.filter(seen_by(viewer)).defer("words").order_by("-reported_s", "-pk")
    return HazardPage(
        row=row,
        parts=tuple(
            PartView(
                part,
                tuple(photo for photo in photos if photo.subject_id == part.pk),
                tuple(one for one in extensions if one.part_id == part.pk),
                rectifies=part.department_id in own,
                checks=checks
                and part.submitted_by != viewer.staff_id
                and part.department_id not in own,
                passes=may_pass(viewer, part),
            )
            for part in parts
        ),
        photos=tuple(photos_of(HAZARD_SUBJECT, [row.pk], now_s)),
        steps=tuple(row.steps.order_by("pk")),
        earlier=tuple(
            seen.filter(repeated_by__hazard=row, repeated_by__ended_s=None)[:MOST_LINKED]
        ),
        later=tuple(seen.filter(repeats__earlier=row, repeats__ended_s=None)[:MOST_LINKED]),
        triages=viewer.may(Permission.HAZARD_TRIAGE, area),
        has_contact=HazardReporter.objects.filter(hazard=row).exists(),
        purposes=viewer.purposes_in(area),
    )


def open_contact(
    viewer: Viewer, hazard_id: str, purpose: Purpose, *, now_s: float
) -> tuple[str, str]:
    """Name and telephone of whoever reported; the look is written down in the same transaction.

    Raises:
        UnknownHazardError: no such hazard, or nobody said how to be reached.
        AccessDeniedError: the viewer may not open it for this purpose.
    """
    with transaction.atomic():
        row = hazard_to_see(viewer, hazard_id)
        _write_down(viewer, row, purpose, ["name", "phone"], now_s)
        reporter = HazardReporter.objects.filter(hazard=row).first()
        if reporter is None:
            raise UnknownHazardError
        return reporter.name, reporter.phone


def open_owner(viewer: Viewer, part_id: str, purpose: Purpose, *, now_s: float) -> tuple[str, str]:
    """Name and telephone of a part's owner; the look is written down in the same transaction.

    Raises:
        UnknownHazardError: no such part.
        AccessDeniedError: the viewer may not open it for this purpose.
    """
    with transaction.atomic():
        part = part_locked(part_id)
        hazard = hazard_to_see(viewer, part.hazard_id)
        _write_down(viewer, hazard, purpose, ["owner"], now_s)
        return part.owner_name, part.owner_phone


def part_to_show(viewer: Viewer, part_id: str) -> HazardPart:
    """A part with its hazard and department, for its notice.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer may not see its hazard.
    """
    row = HazardPart.objects.select_related("hazard", "department").filter(pk=part_id).first()
    if row is None:
        raise UnknownHazardError
    hazard_to_see(viewer, row.hazard_id)
    return row


def standing_of(hazard_id: str) -> tuple[AreaId, HazardState] | None:
    """Where a hazard is and how it stands; None when there is none. For other apps."""
    row = Hazard.objects.filter(pk=hazard_id).only("area", "state").first()
    return None if row is None else (AreaId(row.area), HazardState(row.state))


def _write_down(
    viewer: Viewer, hazard: Hazard, purpose: Purpose, fields: list[str], now_s: float
) -> None:
    """Write down a look at a contact; raises AccessDeniedError without the right or purpose."""
    area = AreaId(hazard.area)
    if not viewer.may_open_personal_data(area, purpose):
        raise AccessDeniedError("purpose", purpose.value)
    looked = Looked("hazard", hazard.number, area)
    record_look(viewer, Permission.PERSONAL_VIEW, looked, purpose.value, fields, now_s)
