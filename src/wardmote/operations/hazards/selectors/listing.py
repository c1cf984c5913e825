"""Which hazards a viewer sees: lists, what departments have to do, what is set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.hazard import LIVING_PARTS, OPEN_HAZARDS, PartState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import within
from wardmote.operations.hazards.linked import standing_links, turned_down
from wardmote.operations.hazards.models import (
    Department,
    Hazard,
    HazardPart,
    ReportPoint,
)
from wardmote.operations.hazards.rights import departments_of, seen_by

OPEN = "open"
_OPEN_STATES = [state.value for state in OPEN_HAZARDS]
_LIVING = [state.value for state in LIVING_PARTS]
_SEALED = ("what", "owner_name", "owner_phone")
_RAISED = Q(level__gt=0, state__in=_LIVING)
_SETTING = (Permission.HAZARD_VIEW, Permission.HAZARD_TRIAGE, Permission.CONFIGURATION_EDIT)


@dataclass(frozen=True, slots=True)
class HazardFilter:
    """Which hazards to list; empty means any.

    Attributes:
        state: a state, or ``open``.
        start_s, end_s: reported in [start, end).
        late_at_s: with a part that is past its deadline at this moment and not handed in.
        repeated: that repeat an earlier one.
        raised: with a part that was raised to a higher level and is not over.
        part: with a part that this holds of, such as one of a figure's (`figures.parts_of`).
    """

    state: str = ""
    category: str = ""
    department: str = ""
    area: str = ""
    text: str = ""
    start_s: float | None = None
    end_s: float | None = None
    late_at_s: float | None = None
    repeated: bool = False
    raised: bool = False
    part: Q | None = None


def hazards_seen(viewer: Viewer, wanted: HazardFilter) -> QuerySet[Hazard]:
    """The hazards that the viewer may see and that fit, newest first, with parts read along."""
    rows = Hazard.objects.filter(seen_by(viewer))
    if wanted.state == OPEN:
        rows = rows.filter(state__in=_OPEN_STATES)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.department:
        rows = rows.filter(_has_part(Q(department=wanted.department)))
    if wanted.area:
        rows = rows.filter(within([AreaId(wanted.area)]))
    if wanted.text:
        rows = rows.filter(Q(number__icontains=wanted.text) | Q(place__icontains=wanted.text))
    if wanted.start_s is not None:
        rows = rows.filter(reported_s__gte=wanted.start_s)
    if wanted.end_s is not None:
        rows = rows.filter(reported_s__lt=wanted.end_s)
    if wanted.late_at_s is not None:
        late = Q(state=PartState.ASSIGNED.value, deadline_s__lt=wanted.late_at_s)
        rows = rows.filter(_has_part(late))
    if wanted.repeated:
        rows = rows.filter(~turned_down(), Exists(standing_links().filter(hazard=OuterRef("pk"))))
    if wanted.raised:
        rows = rows.filter(_has_part(_RAISED))
    if wanted.part is not None:
        rows = rows.filter(_has_part(wanted.part))
    parts = HazardPart.objects.select_related("department").defer(*_SEALED)
    shown = Prefetch("parts", parts.order_by("-round", "assigned_s", "pk"))
    return rows.defer("words").prefetch_related(shown).order_by("-reported_s", "-pk")


def raised_count(viewer: Viewer) -> int:
    """How many hazards where the viewer triages have a living part on a higher level."""
    rows = Hazard.objects.filter(within(viewer.areas_with(Permission.HAZARD_TRIAGE)))
    return rows.filter(_has_part(_RAISED)).count()


def department_work(viewer: Viewer) -> list[HazardPart]:
    """Living parts of the viewer's departments: first what must be done, the most urgent first."""
    rows = HazardPart.objects.filter(department__in=departments_of(viewer), state__in=_LIVING)
    order = {PartState.ASSIGNED.value: 0, PartState.SUBMITTED.value: 1}
    sealed = (*_SEALED, "hazard__words")
    found = list(rows.select_related("hazard", "department").defer(*sealed))
    return sorted(found, key=lambda row: (order.get(row.state, 2), row.deadline_s, row.pk))


def departments_for(area: AreaId) -> list[Department]:
    """The active departments that put hazards of an area right, by code."""
    rows = Department.objects.filter(active=True).order_by("code")
    return [row for row in rows if area_contains(AreaId(row.area), area)]


def departments_seen(viewer: Viewer) -> list[Department]:
    """The departments that have to do with the viewer's areas, by code: of them or around them."""
    areas = {area for permission in _SETTING for area in viewer.areas_with(permission)}
    own = departments_of(viewer)
    return [
        row
        for row in Department.objects.order_by("code")
        if row.code in own
        or any(
            area_contains(AreaId(row.area), area) or area_contains(area, AreaId(row.area))
            for area in areas
        )
    ]


def members_seen(viewer: Viewer) -> dict[str, tuple[str, ...]]:
    """Staff ids of the members by department, of those that the viewer sets up."""
    edited = within(viewer.areas_with(Permission.CONFIGURATION_EDIT))
    rows = Department.objects.filter(edited).prefetch_related("members").order_by("code")
    return {
        row.code: tuple(sorted(member.staff_id for member in row.members.all())) for row in rows
    }


def department_names(codes: Iterable[str]) -> dict[str, Bilingual]:
    """What departments are called, by code."""
    rows = Department.objects.filter(pk__in=set(codes)).values_list("pk", "name_zh", "name_en")
    return {
        code: Bilingual(name_zh or name_en, name_en or name_zh) for code, name_zh, name_en in rows
    }


def points_seen(viewer: Viewer) -> list[ReportPoint]:
    """The places to report at in the areas that the viewer triages, newest first."""
    areas = viewer.areas_with(Permission.HAZARD_TRIAGE)
    rows = ReportPoint.objects.filter(within(areas), active=True)
    return list(rows.order_by("-made_s", "-pk"))


def _has_part(about: Q) -> Q:
    """Hazards with a part that `about` holds of."""
    return Q(pk__in=HazardPart.objects.filter(about).values("hazard"))
