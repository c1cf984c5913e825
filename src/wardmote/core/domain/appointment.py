"""Appointments (任职): which person holds which office at which place, and from when to when.

Offices are data: where each exists, whether a place has one holder or several at a time, who may
hold it, which role it gives for its area while it lasts, and where its absence is a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import EVERYWHERE, area_prefix
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import Permission, Role
from wardmote.core.domain.text import Bilingual


class PlaceKind(StrEnum):
    """What kind of place an office belongs to. Divisions by their level, then beats and posts."""

    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    BEAT = "beat"
    POST = "post"


DIVISION_KINDS = frozenset(
    {PlaceKind.VILLAGE, PlaceKind.TOWN, PlaceKind.COUNTY, PlaceKind.CITY, PlaceKind.PROVINCE}
)
_BY_DIGITS = {
    2: PlaceKind.PROVINCE,
    4: PlaceKind.CITY,
    6: PlaceKind.COUNTY,
    9: PlaceKind.TOWN,
    12: PlaceKind.VILLAGE,
}


def division_kind(area: AreaId) -> PlaceKind:
    """The level of a division, told from its code alone.

    Raises:
        ValueError: `area` is not a division code, or is the root above all provinces.
    """
    if area == EVERYWHERE:
        raise ValueError("the root above all provinces is no division")
    return _BY_DIGITS[len(area_prefix(area))]


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A place by its kind and its code (division code, id of a beat or of a post)."""

    kind: PlaceKind
    code: str


class StaffKind(StrEnum):
    """What somebody is in law, whatever office is held."""

    POLICE = "police"
    ASSISTANT = "assistant"
    CIVILIAN = "civilian"
    VOLUNTEER = "volunteer"


STAFF_KIND_NAMES: Mapping[StaffKind, Bilingual] = {
    StaffKind.POLICE: Bilingual("民警", "Police officer"),
    StaffKind.ASSISTANT: Bilingual("辅警", "Auxiliary police"),
    StaffKind.CIVILIAN: Bilingual("村（社区）和单位人员", "Civilian"),
    StaffKind.VOLUNTEER: Bilingual("志愿者", "Volunteer"),
}


class Office(StrEnum):
    """What can be held at a place."""

    COMMUNITY_OFFICER = "community_officer"
    VILLAGE_ASSISTANT = "village_assistant"
    SECURITY_CHIEF = "security_chief"
    PATROL_LEADER = "patrol_leader"
    POST_LEADER = "post_leader"
    STATION_CHIEF = "station_chief"
    MEDIATOR = "mediator"
    VOLUNTEER_LEADER = "volunteer_leader"
    INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class OfficeRule:
    """What holds for an office.

    Attributes:
        places: the kinds of place where it exists; true where only one person at a time holds it.
        held_by: who may hold it, and deputise in it.
        role: given to its holder for the area of the place, while it lasts; None for none.
        needed_at: kinds of place where it is a gap when nobody holds it.
        appointed_by: the right that appoints to it, in the area of the place.
    """

    name: Bilingual
    places: Mapping[PlaceKind, bool]
    held_by: frozenset[StaffKind]
    role: Role | None
    needed_at: frozenset[PlaceKind] = frozenset()
    appointed_by: Permission = Permission.STAFF_EDIT

    def sole_at(self, kind: PlaceKind) -> bool:
        """Whether a place of this kind has at most one holder at a time."""
        return self.places.get(kind, False)


_POLICE = frozenset({StaffKind.POLICE})
_ANYBODY = frozenset(StaffKind)

OFFICES: Mapping[Office, OfficeRule] = {
    Office.COMMUNITY_OFFICER: OfficeRule(
        name=Bilingual("社区民警", "Community officer"),
        places={PlaceKind.BEAT: True},
        held_by=_POLICE,
        role=Role.COMMUNITY_OFFICER,
        needed_at=frozenset({PlaceKind.BEAT}),
    ),
    Office.VILLAGE_ASSISTANT: OfficeRule(
        name=Bilingual("村（社区）辅警", "Village assistant"),
        places={PlaceKind.VILLAGE: True, PlaceKind.BEAT: False},
        held_by=frozenset({StaffKind.ASSISTANT}),
        role=Role.VILLAGE_ASSISTANT,
        needed_at=frozenset({PlaceKind.VILLAGE}),
    ),
    Office.SECURITY_CHIEF: OfficeRule(
        name=Bilingual("治安主任", "Village security chief"),
        places={PlaceKind.VILLAGE: True},
        held_by=frozenset({StaffKind.CIVILIAN}),
        role=Role.VOLUNTEER,
    ),
    Office.PATROL_LEADER: OfficeRule(
        name=Bilingual("巡逻队长", "Patrol leader"),
        places={PlaceKind.VILLAGE: True, PlaceKind.BEAT: True, PlaceKind.TOWN: True},
        held_by=frozenset({StaffKind.POLICE, StaffKind.ASSISTANT}),
        role=Role.VILLAGE_ASSISTANT,
    ),
    Office.POST_LEADER: OfficeRule(
        name=Bilingual("快反点负责人", "Post leader"),
        places={PlaceKind.POST: True},
        held_by=_POLICE,
        role=Role.CREW,
        needed_at=frozenset({PlaceKind.POST}),
    ),
    Office.STATION_CHIEF: OfficeRule(
        name=Bilingual("派出所所长", "Station chief"),
        places={PlaceKind.TOWN: True},
        held_by=_POLICE,
        role=Role.STATION_CHIEF,
        needed_at=frozenset({PlaceKind.TOWN}),
        appointed_by=Permission.ACCESS_GRANT,
    ),
    Office.MEDIATOR: OfficeRule(
        name=Bilingual("调解员", "Mediator"),
        places={PlaceKind.VILLAGE: False, PlaceKind.TOWN: False},
        held_by=_ANYBODY,
        role=None,
    ),
    Office.VOLUNTEER_LEADER: OfficeRule(
        name=Bilingual("志愿队长", "Leader of volunteers"),
        places={PlaceKind.VILLAGE: True, PlaceKind.BEAT: True},
        held_by=frozenset({StaffKind.VOLUNTEER, StaffKind.CIVILIAN}),
        role=Role.VOLUNTEER,
    ),
    Office.INSPECTOR: OfficeRule(
        name=Bilingual("督察员", "Inspector"),
        places={PlaceKind.COUNTY: False, PlaceKind.CITY: False},
        held_by=_POLICE,
        role=Role.INSPECTOR,
        appointed_by=Permission.ACCESS_GRANT,
    ),
}
"""An office that decides on others, or on rights, is held by police officers only: an assistant
may not act alone in their stead (see `assistant_acts`)."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person in one office at one place.

    Attributes:
        from_s: it holds from here (<=), seconds UTC: the local midnight of its first day.
        to_s: and until here (<); None while its end is open.
        acting: the office is vacant and this person looks after it meanwhile (主持工作).
    """

    appointment_id: str
    person: PersonId
    office: Office
    place: PlaceRef
    from_s: float
    to_s: float | None
    acting: bool = False

    def holds(self, at_s: float) -> bool:
        """Whether it is in force at a moment."""
        return self.from_s <= at_s and (self.to_s is None or at_s < self.to_s)
