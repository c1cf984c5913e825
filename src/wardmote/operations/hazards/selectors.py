"""Reading hazards: lists, one hazard's page, work of departments, figures, what strangers see."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from wardmote.core.beat.hazard_figures import (
    HazardFigure,
    PartFacts,
    Period,
    hot_spots,
    is_in,
)
from wardmote.core.domain.areas import area_contains, area_prefix
from wardmote.core.domain.hazard import LIVING_PARTS, OPEN_HAZARDS, HazardState, PartState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.core.domain.photo import PictureSize
from wardmote.operations.access.services import AccessDeniedError, Looked, record_look
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import (
    Department,
    Hazard,
    HazardExtension,
    HazardPart,
    HazardRepeat,
    HazardReporter,
    HazardStep,
    ReportPoint,
)
from wardmote.operations.hazards.recording import HAZARD_SUBJECT, PROOF_SUBJECT
from wardmote.operations.hazards.rights import (
    acts_for,
    departments_of,
    hazard_to_see,
    part_locked,
    seen_by,
)
from wardmote.operations.hazards.settings_in_force import categories
from wardmote.operations.hazards.tokens import digest, part_of_token
from wardmote.operations.photos.errors import UnknownPictureError
from wardmote.operations.photos.selectors import KeptPhoto, OpenedPhoto, open_photo_of, photos_of

__all__ = ["categories", "departments_of"]

HazardRow = Hazard
PartRow = HazardPart
DepartmentRow = Department
PointRow = ReportPoint
"""For other layers' annotations; they reach the rows through this module only."""

MOST_CASES = 20_000
OPEN = "open"
_OPEN_STATES = [state.value for state in OPEN_HAZARDS]
_LIVING = [state.value for state in LIVING_PARTS]
_METRES_PER_DEGREE = 111_194.9


@dataclass(frozen=True, slots=True)
class HazardFilter:
    """Which hazards to list; empty means any.

    Attributes:
        state: a state, or ``open``.
        start_s, end_s: reported in [start, end).
        late_at_s: with a part that is past its deadline at this moment and not handed in.
        repeated: that repeat an earlier one.
        ids: only these.
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
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PartView:
    """A part with its pictures, its requests for more time, and what the viewer may do with it."""

    row: HazardPart
    photos: tuple[KeptPhoto, ...]
    extensions: tuple[HazardExtension, ...]
    rectifies: bool
    checks: bool


@dataclass(frozen=True, slots=True)
class HazardPage:
    """One hazard, whole.

    Attributes:
        parts: of the present round first.
        earlier, later: hazards of its kind at its place, before and after it, that the viewer sees.
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
        rows = rows.filter(_has_part(department=wanted.department))
    if wanted.area:
        rows = rows.filter(area__startswith=area_prefix(AreaId(wanted.area)))
    if wanted.text:
        rows = rows.filter(Q(number__icontains=wanted.text) | Q(place__icontains=wanted.text))
    if wanted.start_s is not None:
        rows = rows.filter(reported_s__gte=wanted.start_s)
    if wanted.end_s is not None:
        rows = rows.filter(reported_s__lt=wanted.end_s)
    if wanted.late_at_s is not None:
        late = {"state": PartState.ASSIGNED.value, "deadline_s__lt": wanted.late_at_s}
        rows = rows.filter(_has_part(**late))
    if wanted.repeated:
        rows = rows.filter(Exists(HazardRepeat.objects.filter(hazard=OuterRef("pk"))))
    if wanted.ids is not None:
        rows = rows.filter(pk__in=wanted.ids[:MOST_CASES])
    return rows.prefetch_related("parts__department").order_by("-reported_s", "-pk")


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
    seen = Hazard.objects.filter(seen_by(viewer)).order_by("-reported_s")
    return HazardPage(
        row=row,
        parts=tuple(
            PartView(
                part,
                tuple(photo for photo in photos if photo.subject_id == part.pk),
                tuple(one for one in extensions if one.part_id == part.pk),
                rectifies=acts_for(viewer, part),
                checks=checks
                and part.submitted_by != viewer.staff_id
                and not acts_for(viewer, part),
            )
            for part in parts
        ),
        photos=tuple(photos_of(HAZARD_SUBJECT, [row.pk], now_s)),
        steps=tuple(row.steps.order_by("pk")),
        earlier=tuple(seen.filter(repeated_by__hazard=row)),
        later=tuple(seen.filter(repeats__earlier=row)),
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


def department_work(viewer: Viewer) -> list[HazardPart]:
    """Living parts of the viewer's departments: first what must be done, the most urgent first."""
    rows = HazardPart.objects.filter(department__in=departments_of(viewer), state__in=_LIVING)
    order = {PartState.ASSIGNED.value: 0, PartState.SUBMITTED.value: 1}
    found = list(rows.select_related("hazard", "department"))
    return sorted(found, key=lambda row: (order.get(row.state, 2), row.deadline_s, row.pk))


def departments_for(area: AreaId) -> list[Department]:
    """The active departments that put hazards of an area right, by code."""
    rows = Department.objects.filter(active=True).order_by("code")
    return [row for row in rows if area_contains(AreaId(row.area), area)]


def all_departments() -> list[Department]:
    """Every department with its members, by code."""
    return list(Department.objects.prefetch_related("members").order_by("code"))


def points_seen(viewer: Viewer) -> list[ReportPoint]:
    """The places to report at in the areas that the viewer triages, newest first."""
    rows = ReportPoint.objects.filter(active=True).order_by("-made_s")
    return [row for row in rows if viewer.may(Permission.HAZARD_TRIAGE, AreaId(row.area))]


def point_of(token: str) -> ReportPoint:
    """The place of a QR code.

    Raises:
        UnknownHazardError: no such place, or it takes no reports any more.
    """
    row = ReportPoint.objects.filter(token=token, active=True).first()
    if row is None:
        raise UnknownHazardError
    return row


def followed(token: str) -> Hazard:
    """The hazard that a reporter's token follows; the one that it was merged into, if it was.

    Raises:
        UnknownHazardError: no such token.
    """
    row = Hazard.objects.filter(follow_sha256=digest(token)).first() if token else None
    if row is None:
        raise UnknownHazardError
    return row if row.merged_into is None else row.merged_into


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """What the owner of a part sees: the hazard, the part, and pictures of both."""

    part: HazardPart
    before: tuple[KeptPhoto, ...]
    after: tuple[KeptPhoto, ...]
    extensions: tuple[HazardExtension, ...]


def owner_page(token: str, *, now_s: float) -> OwnerPage:
    """What the owner of a part sees, by their token.

    Raises:
        UnknownHazardError: no such token, or its part is over.
    """
    part = part_of_token(token)
    return OwnerPage(
        part,
        tuple(photos_of(HAZARD_SUBJECT, [part.hazard_id], now_s)),
        tuple(photos_of(PROOF_SUBJECT, [part.pk], now_s)),
        tuple(part.extensions.order_by("asked_s")),
    )


def owner_photo(token: str, photo_id: str, *, now_s: float, size: PictureSize) -> OpenedPhoto:
    """A picture of an owner's hazard or part.

    Raises:
        UnknownHazardError, UnknownPictureError: no such token or picture.
    """
    part = part_of_token(token)
    try:
        return open_photo_of(PROOF_SUBJECT, part.pk, photo_id, now_s=now_s, size=size)
    except UnknownPictureError:
        return open_photo_of(HAZARD_SUBJECT, part.hazard_id, photo_id, now_s=now_s, size=size)


def part_facts(viewer: Viewer, wanted: HazardFilter, period: Period) -> list[PartFacts]:
    """The parts that figures of a period may count, of the hazards the viewer sees by right."""
    hazards = hazards_seen(viewer, wanted).order_by().values("pk")
    around = Q(deadline_s__gte=period.start_s, deadline_s__lt=period.end_s)
    around |= Q(first_checked_s__gte=period.start_s, first_checked_s__lt=period.end_s)
    rows = HazardPart.objects.filter(around, hazard__in=hazards).values_list(
        *("pk", "hazard_id", "hazard__category", "department_id", "hazard__area", "state"),
        *("deadline_s", "submitted_s", "first_checked_s", "returns"),
    )
    return [
        PartFacts(pk, hazard, category, department or "", AreaId(area), PartState(state), *rest)
        for pk, hazard, category, department, area, state, *rest in rows
    ]


def cases_of(
    viewer: Viewer, wanted: HazardFilter, period: Period, figure: HazardFigure, key: str | None
) -> tuple[str, ...]:
    """Ids of the hazards behind a figure; `key` is a department's code, None for any."""
    facts = part_facts(viewer, wanted, period)
    return tuple(
        sorted(
            {
                fact.hazard
                for fact in facts
                if is_in(figure, fact, period) and (key is None or fact.department == key)
            }
        )
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the hot-spot map; bounds in degrees WGS-84."""

    west: float
    south: float
    east: float
    north: float
    count: int


def hot_cells(viewer: Viewer, wanted: HazardFilter, cell_m: float) -> list[Cell]:
    """Hazards counted by squares of `cell_m` metres, the fullest first; rejected ones left out."""
    rows = hazards_seen(viewer, wanted).exclude(state="rejected").order_by()
    found = list(rows.values_list("lon", "lat")[:MOST_CASES])
    if not found:
        return []
    high = cell_m / _METRES_PER_DEGREE
    middle = sum(lat for _lon, lat in found) / len(found)
    wide = high / max(0.01, math.cos(math.radians(middle)))

    def cell_of(lon: float, lat: float) -> tuple[int, int]:
        return math.floor(lon / wide), math.floor(lat / high)

    return [
        Cell(column * wide, row * high, (column + 1) * wide, (row + 1) * high, count)
        for (column, row), count in hot_spots(found, cell_of)
    ]


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


def _has_part(**about: object) -> Exists:
    return Exists(HazardPart.objects.filter(hazard=OuterRef("pk"), **about))
