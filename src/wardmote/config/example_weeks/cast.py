"""Who acts in the demonstrated weeks, and where: one station's town with its beats and villages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.places import Beat, DivisionLevel, KeyPlace, PlaceBook
from wardmote.gateways.simulated_people.accounts import home_beat, whole_area
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import account_by_staff_id, roles_in_force

DAY_S = 86_400.0
WEEKS = 5
"""So far back the demonstrated weeks begin."""

ASSISTANT, OFFICER, CHIEF, INSPECTOR = "assistant", "officer", "chief", "inspector"
DEPARTMENT, VOLUNTEER, SUPERVISOR = "department", "volunteer", "supervisor"


@dataclass(frozen=True, slots=True)
class Cast:
    """The place and the moment of a demonstration.

    Attributes:
        whole: the area of the whole place.
        town: where those act who log in.
        beat: of `OFFICER`; `village` is that of `ASSISTANT`, one of the beat's.
        now_s: seconds UTC, when the demonstration is prepared.
    """

    book: PlaceBook
    whole: AreaId
    town: AreaId
    beat: Beat
    village: AreaId
    now_s: float

    @property
    def today(self) -> datetime.date:
        """The local day."""
        return local_day(self.now_s)

    @property
    def first_day(self) -> datetime.date:
        """The first of the demonstrated weeks."""
        return self.today - datetime.timedelta(weeks=WEEKS)

    @property
    def villages(self) -> tuple[AreaId, ...]:
        """Of the town, by code."""
        return tuple(
            one.code
            for one in self.book.divisions
            if one.level is DivisionLevel.VILLAGE and one.parent == self.town
        )

    def points(self, number: int) -> list[KeyPlace]:
        """The key places nearest to the beat's office."""
        office_lon, office_lat = self.beat.office_lon, self.beat.office_lat
        return sorted(
            self.book.key_places,
            key=lambda one: abs(one.lon - office_lon) + abs(one.lat - office_lat),
        )[:number]

    def at_s(self, days_ago: int, hour: float) -> float:
        """A moment so many local days ago; never later than now."""
        day = self.today - datetime.timedelta(days=days_ago)
        return min(midnight_s(day) + hour * 3_600.0, self.now_s)

    def leader(self) -> Viewer:
        """Who sets the place up: no account, every right that setting up needs."""
        return Viewer(
            "demonstration",
            tuple(
                RoleInArea(role, self.whole)
                for role in (Role.ADMINISTRATOR, Role.STATION_CHIEF, Role.SUPERVISOR)
            ),
        )

    def person(self, staff_id: str, at_s: float | None = None) -> Viewer:
        """Somebody with the rights that grants and appointments give them at a moment.

        Raises:
            LookupError: nobody has this number.
        """
        moment_s = self.now_s if at_s is None else at_s
        appointed = roles_in_force(staff_id, moment_s)
        account = account_by_staff_id(staff_id)
        if account is None:
            return Viewer(staff_id, appointed)
        # Accounts were opened just now; in the demonstrated weeks they count as having been there.
        viewer = viewer_of(account.pk, self.now_s)
        if viewer is None:
            raise LookupError(staff_id)
        return Viewer(staff_id, tuple(dict.fromkeys((*viewer.grants, *appointed))))


def cast_of(book: PlaceBook, now_s: float) -> Cast:
    """The town and beat of those who log in.

    Raises:
        LookupError: the place has no beats.
    """
    beat = home_beat(book)
    if beat is None:
        raise LookupError("a demonstration of the beat needs beats")
    return Cast(book, whole_area(book), beat.area, beat, beat.villages[0], now_s)
