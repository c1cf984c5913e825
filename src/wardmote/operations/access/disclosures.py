"""Reading the record of looks at personal data: callers', and other people's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.models import ROLE_NAMES, Disclosure

__all__ = ["ROLE_NAMES", "DisclosureFilter", "DisclosureRow", "disclosures", "looks_at"]

MAX_LOOKS = 200

DisclosureRow = Disclosure
"""For other layers' annotations; they reach the rows through this module only."""


@dataclass(frozen=True, slots=True)
class DisclosureFilter:
    """Which looks to list; None means any.

    Attributes:
        start_s, end_s: looked at in [start, end).
        staff: staff ids.
        incidents: ids of calls.
        readings: also the readings of this record itself, which have no call.
    """

    start_s: float | None = None
    end_s: float | None = None
    staff: tuple[str, ...] | None = None
    incidents: tuple[str, ...] | None = None
    readings: bool = False


def disclosures(viewer: Viewer, wanted: DisclosureFilter) -> QuerySet[DisclosureRow]:
    """The looks in the areas in which the viewer audits, newest first; none without the right."""
    within = Q(pk__in=[])
    for area in viewer.areas_with(Permission.DISCLOSURE_VIEW):
        within |= Q(area__startswith=area_prefix(area))
    rows = Disclosure.objects.filter(within)
    if wanted.start_s is not None:
        rows = rows.filter(at_s__gte=wanted.start_s)
    if wanted.end_s is not None:
        rows = rows.filter(at_s__lt=wanted.end_s)
    if wanted.staff is not None:
        rows = rows.filter(staff_id__in=wanted.staff)
    if wanted.incidents is not None:
        rows = rows.filter(incident__in=wanted.incidents)
    if not wanted.readings:
        rows = rows.exclude(incident="", subject="")
    return rows.order_by("-at_s", "-pk")


def looks_at(kind: str, subject: str) -> list[DisclosureRow]:
    """The looks at one thing that is no call, newest first; for the person concerned.

    Who may ask is the caller's to check: a person may always see who looked at the own record.
    """
    rows = Disclosure.objects.filter(subject_kind=kind, subject=subject)
    return list(rows.order_by("-at_s", "-pk")[:MAX_LOOKS])
