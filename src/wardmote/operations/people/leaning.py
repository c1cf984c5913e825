"""Appointments lean on divisions: listed before one ends, and moved when another follows it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from wardmote.core.domain.appointment import (
    DIVISION_KINDS,
    OFFICES,
    Office,
    PlaceKind,
    division_kind,
)
from wardmote.core.domain.areas import EVERYWHERE, is_area_code
from wardmote.core.domain.events import Payload
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.errors import UnknownAppointmentError, UnknownPlaceError
from wardmote.operations.people.models import Appointment
from wardmote.operations.people.services.appointing import (
    appointed,
    appointment_ended,
    refuse_clash,
)
from wardmote.operations.places.dependants import Dependant, lean_on_places
from wardmote.operations.places.tree import batches

_DAY = datetime.timedelta(days=1)
_DIVISIONS = [kind.value for kind in DIVISION_KINDS]


class LeaningAppointments:
    """What `places` asks about appointments. The right to change the places is checked there."""

    kind = "appointment"

    def of(self, viewer: Viewer, codes: Collection[str], day: datetime.date) -> Sequence[Dependant]:
        """Appointments to these divisions that hold on a local day or later, by place and day.

        Who holds them is named to those who may view staff there.
        """
        found: list[Dependant] = []
        for part in batches(sorted(set(codes))):
            rows = Appointment.objects.select_related("person").filter(
                Q(to_day__isnull=True) | Q(to_day__gte=day),
                Q(person__left_day__isnull=True) | Q(person__left_day__gte=day),
                place__in=part, place_kind__in=_DIVISIONS, withdrawn=False,
            )  # fmt: skip
            found += [
                Dependant(self.kind, row.pk, _label(viewer, row), row.place)
                for row in rows.order_by("place", "from_day", "pk")
            ]
        return found

    def move(
        self, viewer: Viewer, dependant_id: str, code: str, day: datetime.date, *, now_s: float
    ) -> None:
        """Let an appointment go on at another division of the same level from a day on.

        Whoever holds the office there already, and is the same person, simply goes on.

        Raises:
            UnknownAppointmentError: there is none.
            UnknownPlaceError: the office does not exist there.
            OfficeTakenError: somebody else holds it there then.
        """
        row = Appointment.objects.select_for_update().filter(pk=dependant_id).first()
        if row is None or row.withdrawn:
            raise UnknownAppointmentError
        if not _fits(row, code):
            raise UnknownPlaceError(place=code)
        moved = Appointment(
            id=new_id(now_s), person_id=row.person_id, office=row.office,
            place_kind=row.place_kind, place=code, area=code, from_day=max(row.from_day, day),
            to_day=row.to_day, acting=row.acting, sole=row.sole, made_by=viewer.staff_id,
            made_s=now_s,
        )  # fmt: skip
        events: list[tuple[str, Payload]] = []
        row.withdrawn = row.from_day >= day
        row.to_day, row.ended_by = day - _DAY, viewer.staff_id
        row.save(update_fields=["to_day", "withdrawn", "ended_by"])
        events.append((row.area, appointment_ended(row)))
        if not _goes_on(moved):
            refuse_clash(moved)
            moved.save(force_insert=True)
            events.append((moved.area, appointed(moved)))
        for area, event in events:
            record([event], actor=viewer.staff_id, area=AreaId(area), now_s=now_s)
        transaction.on_commit(forget_viewers)


def register() -> None:
    """Have appointments asked whenever places change; again changes nothing."""
    lean_on_places(LeaningAppointments())


def _label(viewer: Viewer, row: Appointment) -> str:
    language = get_language() or ""
    office = OFFICES[Office(row.office)].name.in_language(language)
    if not viewer.may(Permission.STAFF_VIEW, AreaId(row.area)):
        return office
    return f"{office} {row.person.name_in(language)}"


def _fits(row: Appointment, code: str) -> bool:
    is_division = is_area_code(code) and code != EVERYWHERE
    return is_division and division_kind(AreaId(code)) is PlaceKind(row.place_kind)


def _goes_on(moved: Appointment) -> bool:
    """Whether the person holds the same office at the new place throughout already."""
    held = Appointment.objects.filter(
        person=moved.person_id, office=moved.office, place=moved.place, withdrawn=False,
        from_day__lte=moved.from_day,
    )  # fmt: skip
    if moved.to_day is None:
        return held.filter(to_day__isnull=True).exists()
    return held.filter(Q(to_day__isnull=True) | Q(to_day__gte=moved.to_day)).exists()
