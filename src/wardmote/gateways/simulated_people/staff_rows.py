"""The staff of a generated place as rows of a staff table, with the offices that they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import PlaceBook, StaffMember
from wardmote.operations.people.tables import TableRow

_TOWN_DIGITS = 9
_OFFICERS = frozenset({"community_officer", "post_officer", "supervisor", "dispatcher"})


def staff_rows(book: PlaceBook, from_day: str, *, vacant: Collection[str] = ()) -> list[TableRow]:
    """A row for each member of staff of a generated place.

    Community officers get their beats, assistants their villages, the first officer of each post
    leads it. The first community officer of a town leads its station besides. Others are on record
    without an office.

    Args:
        from_day: first day of all appointments, ``2026-01-01``.
        vacant: places (village codes, ids of beats and posts, town codes) whose offices are left
            open; whoever would have held them is left out.
    """
    rows = []
    for number, (member, office, place) in enumerate(_offices(book), start=2):
        if place and place in vacant:
            continue
        kind = StaffKind.POLICE if member.role in _OFFICERS else StaffKind.ASSISTANT
        rows.append(
            TableRow(
                row=number,
                staff_number=member.person_id,
                name_zh=member.name.zh,
                name_en=member.name.en,
                kind=kind.value,
                area=_station(member),
                office="" if office is None else office.value,
                place=place,
                from_day=from_day if place else "",
            )
        )
    return rows


def _station(member: StaffMember) -> AreaId:
    """The town whose station somebody belongs to; the area itself above towns."""
    prefix = area_prefix(member.area)
    return AreaId(f"{prefix[:_TOWN_DIGITS]:0<12}")


def _offices(book: PlaceBook) -> Iterator[tuple[StaffMember, Office | None, str]]:
    led: set[str] = set()
    for member in book.staff:
        if member.role == "community_officer" and member.beat is not None:
            yield member, Office.COMMUNITY_OFFICER, member.beat
            town = _station(member)
            if town not in led:
                led.add(town)
                yield member, Office.STATION_CHIEF, town
        elif member.role == "village_assistant":
            yield member, Office.VILLAGE_ASSISTANT, member.area
        elif member.role == "post_officer" and member.post is not None and member.post not in led:
            led.add(member.post)
            yield member, Office.POST_LEADER, member.post
        else:
            yield member, None, ""
