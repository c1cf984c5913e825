"""Staff as pages show them: who there is, one person, one place, and the gaps. Rights are checked.

A person sees the own page always; everything else needs the right to view staff in its area.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from wardmote.core.beat.answering import Answer, Gap, Span, gaps
from wardmote.core.domain.appointment import (
    OFFICES,
    Appointment,
    Office,
    PlaceKind,
    PlaceRef,
)
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.local_time import local_day
from wardmote.operations.people import models
from wardmote.operations.people.errors import UnknownPlaceError
from wardmote.operations.people.place_book import PlaceCard, place_book
from wardmote.operations.people.rights import may_open_record, may_see, person_of
from wardmote.operations.people.selectors import answering_at, roles_in_force
from wardmote.operations.people.selectors.answering import Answering

PersonRow = models.Person
AppointmentRow = models.Appointment
LeaveRow = models.Leave
AccountMoveRow = models.AccountMove
"""For other layers' annotations; they reach the rows through this module only."""

DAY_S = 86_400.0
GAP_DAYS = 30
PAST_DAYS = 730
MAX_FOUND = 200
MOST_MOVES = 20


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom to list; empty means any."""

    text: str = ""
    kind: str = ""
    office: str = ""
    gone: bool = False


class AccountState(StrEnum):
    """Whether somebody can log in."""

    NONE = "none"
    INVITED = "invited"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AccountCard:
    """The account of a member of staff.

    Attributes:
        until_s: when a link that waits stops working; None without one.
        moves: what happened to it, newest first; for the person and those who edit staff there.
    """

    state: AccountState
    until_s: float | None
    moves: tuple[AccountMoveRow, ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One member of staff.

    Attributes:
        roles: held now by appointment or as a deputy; roles granted by hand are not among them.
        deputises: leaves of others in which this person deputises, not over yet.
        may_edit, may_record: of the viewer; nobody edits the own person.
    """

    person: PersonRow
    appointments: tuple[AppointmentRow, ...]
    leaves: tuple[LeaveRow, ...]
    deputises: tuple[LeaveRow, ...]
    roles: tuple[RoleInArea, ...]
    own: bool
    may_edit: bool
    may_record: bool
    account: AccountCard
    places: Mapping[PlaceRef, Bilingual]
    """Names of the places of the appointments, as far as they are known."""


@dataclass(frozen=True, slots=True)
class OfficeAtPlace:
    """An office at a place: who answers now, and who it was and will be, when.

    Attributes:
        appointed: those to this place itself, for changing them.
        may_appoint: of the viewer.
    """

    office: Office
    now: Answer
    spans: tuple[Span, ...]
    appointed: tuple[Appointment, ...]
    may_appoint: bool


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One place with its offices."""

    card: PlaceCard
    offices: tuple[OfficeAtPlace, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A time in which nobody answers for a place in an office that it needs.

    Attributes:
        now: whether it is so at the moment of asking.
        town: the town (or wider division) of the place, to group by.
    """

    card: PlaceCard
    office: Office
    span: Span
    gap: Gap
    now: bool
    town: AreaId


def people_seen(viewer: Viewer, wanted: PeopleFilter, now_s: float) -> QuerySet[PersonRow]:
    """Members of staff of the viewer's areas, by number; none without the right."""
    within = Q(pk__in=[])
    for area in viewer.areas_with(Permission.STAFF_VIEW):
        within |= Q(area__startswith=area_prefix(area))
    rows = models.Person.objects.filter(within)
    if not wanted.gone:
        rows = rows.filter(left_day__isnull=True)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.text.split():
        rows = rows.filter(
            Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(staff_id__icontains=word)
        )
    if wanted.office:
        held = models.Appointment.objects.filter(office=wanted.office, withdrawn=False)
        rows = rows.filter(pk__in=held.values("person_id"))
    return rows.order_by("staff_id").prefetch_related("appointments")


def person_page(viewer: Viewer, staff_id: str, *, now_s: float) -> PersonPage:
    """One member of staff: the own page, or that of somebody in an area of the viewer's.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: the viewer may not see this person.
    """
    person = person_of(staff_id)
    if not may_see(viewer, person):
        raise AccessDeniedError
    own = viewer.staff_id == person.pk
    edits = viewer.may(Permission.STAFF_EDIT, AreaId(person.area)) and not own
    return PersonPage(
        person=person,
        appointments=tuple(person.appointments.filter(withdrawn=False).order_by("-from_day")),
        leaves=tuple(person.leaves.select_related("deputy").order_by("-from_s")),
        deputises=tuple(
            person.deputising.filter(to_s__gt=now_s, state__in=("asked", "approved"))
            .select_related("person")
            .order_by("from_s")
        ),
        roles=roles_in_force(person.pk, now_s),
        own=own,
        may_edit=edits,
        may_record=may_open_record(viewer, person),
        account=_account_of(person, now_s, told=own or edits),
        places=_names_of_places(person.appointments.filter(withdrawn=False)),
    )


def _account_of(person: PersonRow, now_s: float, *, told: bool) -> AccountCard:
    active = models.Account.objects.filter(staff_id=person.pk).values_list("is_active", flat=True)
    known = active.first()
    until_s = None
    if known is None:
        waiting = person.invitations.filter(used_s__isnull=True, expires_s__gt=now_s)
        until_s = waiting.values_list("expires_s", flat=True).first()
        state = AccountState.NONE if until_s is None else AccountState.INVITED
    else:
        state = AccountState.OPEN if known else AccountState.CLOSED
    moves = tuple(person.account_moves.order_by("-at_s", "-pk")[:MOST_MOVES]) if told else ()
    return AccountCard(state, until_s, moves)


def _names_of_places(rows: Iterable[AppointmentRow]) -> dict[PlaceRef, Bilingual]:
    book = place_book()
    refs = {PlaceRef(PlaceKind(row.place_kind), row.place) for row in rows}
    return {ref: card.name for ref in refs if (card := book.card(ref)) is not None}


def may_write_record(viewer: Viewer, person: PersonRow) -> bool:
    """Whether the viewer may add to the record of a person: never to the own one."""
    own = viewer.staff_id == person.pk
    return not own and viewer.may(Permission.STAFF_RECORD, AreaId(person.area))


def place_page(viewer: Viewer, kind: str, code: str, *, now_s: float) -> PlacePage:
    """One place: its offices, who answers now, and who it was when.

    Raises:
        UnknownPlaceError: there is none.
        AccessDeniedError: the viewer may not view staff there.
    """
    card = place_book().card(PlaceRef(PlaceKind(kind), code)) if kind in set(PlaceKind) else None
    if card is None:
        raise UnknownPlaceError(place=code)
    if not viewer.may(Permission.STAFF_VIEW, card.area):
        raise AccessDeniedError
    offices = [office for office, rule in OFFICES.items() if card.ref.kind in rule.places]
    known = answering_at(now_s - PAST_DAYS * DAY_S, now_s + GAP_DAYS * DAY_S, [code])
    return PlacePage(card, tuple(_at_place(viewer, known, card, one, now_s) for one in offices))


def _at_place(
    viewer: Viewer, known: Answering, card: PlaceCard, office: Office, now_s: float
) -> OfficeAtPlace:
    chain = (card.ref,)
    return OfficeAtPlace(
        office=office,
        now=known.of_chain(chain, office, now_s),
        spans=known.timeline(chain, office),
        appointed=known.held_at(card.ref, office),
        may_appoint=viewer.may(OFFICES[office].appointed_by, card.area),
    )


def places_seen(viewer: Viewer, text: str, *, now_s: float) -> tuple[PlaceCard, ...]:
    """Places of the viewer's areas at which offices exist and whose name or code has the text.

    Those that have ended are left out; their pages stay, for who it was.
    """
    today = local_day(now_s)
    kinds = {kind for rule in OFFICES.values() for kind in rule.places}
    word = text.strip().casefold()
    found = [
        card
        for card in place_book().cards()
        if card.ref.kind in kinds
        and not card.gone_by(today)
        and word in f"{card.name.zh} {card.name.en} {card.ref.code}".casefold()
        and viewer.may(Permission.STAFF_VIEW, card.area)
    ]
    return tuple(found[:MAX_FOUND])


def gaps_seen(viewer: Viewer, *, now_s: float, days: int = GAP_DAYS) -> tuple[GapRow, ...]:
    """Every gap from now on in the viewer's areas, those of now first, by town and place."""
    known = answering_at(now_s, now_s + days * DAY_S)
    rows = list(_gaps(viewer, known, now_s))
    rows.sort(key=lambda row: (not row.now, row.town, row.card.ref.code, row.span.from_s))
    return tuple(rows)


def _gaps(viewer: Viewer, known: Answering, now_s: float) -> Iterator[GapRow]:
    seen: dict[AreaId, bool] = {}
    needed = [(office, rule) for office, rule in OFFICES.items() if rule.needed_at]
    today = local_day(now_s)
    for card in known.book.cards():
        if not card.days.hold(today):
            continue
        if card.area not in seen:
            seen[card.area] = viewer.may(Permission.STAFF_VIEW, card.area)
        if not seen[card.area]:
            continue
        for office, rule in needed:
            if card.ref.kind not in rule.needed_at:
                continue
            chain = known.book.chain(card.ref.code, office, now_s)
            for span in gaps(known.timeline(chain, office)):
                if isinstance(span.answer, Gap):
                    now = span.from_s <= now_s
                    yield GapRow(card, office, span, span.answer, now, _town_of(card.area))


def _town_of(area: AreaId) -> AreaId:
    prefix = area_prefix(area)[:9]
    return AreaId(prefix.ljust(12, "0"))
