"""Who takes part in a demonstration: one person for each role, the crews, and two colleagues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass

from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.places import Beat, DivisionLevel, PlaceBook, UnitSpec

_LEVELS = tuple(DivisionLevel)
_ROLE_HOLDERS = (
    (Role.DISPATCHER, "dispatcher", "调度员小林", "Dispatcher Lin"),
    (Role.CREW, "crew", "处警员小周", "Crew Zhou"),
    (Role.COMMUNITY_OFFICER, "officer", "社区民警老吴", "Officer Wu"),
    (Role.SUPERVISOR, "supervisor", "值班长老郑", "Supervisor Zheng"),
    (Role.PLANNER, "planner", "规划员小何", "Planner He"),
    (Role.AUDITOR, "auditor", "审计员小冯", "Auditor Feng"),
    (Role.ADMINISTRATOR, "administrator", "管理员小陈", "Administrator Chen"),
    (Role.VILLAGE_ASSISTANT, "assistant", "辅警小罗", "Assistant Luo"),
    (Role.STATION_CHIEF, "chief", "所长老唐", "Chief Tang"),
    (Role.INSPECTOR, "inspector", "督察员小宋", "Inspector Song"),
    (Role.DEPARTMENT, "department", "城管小许", "City management Xu"),
    (Role.VOLUNTEER, "volunteer", "守望队员老魏", "Volunteer Wei"),
)
_OF_THE_TOWN = frozenset({Role.COMMUNITY_OFFICER, Role.STATION_CHIEF, Role.VOLUNTEER})
"""Who has a role in the town of `home_beat` alone; the village assistant in one village of it."""
CALL_TAKER = "desk-2"
COLLEAGUE = "desk-3"


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account of the demonstration.

    Attributes:
        unit: the unit that a crew account crews; empty for others.
    """

    username: str
    password: str
    role: str
    area: str
    name_zh: str
    name_en: str
    unit: str = ""

    def as_json(self) -> dict[str, str]:
        """JSON-ready."""
        return asdict(self)


def whole_area(book: PlaceBook) -> AreaId:
    """The area of the highest division of a place."""
    return min(book.divisions, key=lambda one: (_LEVELS.index(one.level), one.code)).code


def human_unit(book: PlaceBook) -> UnitSpec:
    """The unit left to the person who logs in as the crew: a car of the first post."""
    cars = [unit for unit in book.units if unit.kind == "patrol_car"]
    return min(cars or book.units, key=lambda unit: unit.unit_id)


def home_beat(book: PlaceBook) -> Beat | None:
    """The beat of the officer who logs in, None where the place has no beats.

    It is in the town of the car that a visitor crews, else in the town with most beats.
    """
    towns = Counter(one.area for one in book.beats)
    if not towns:
        return None
    own = human_unit(book).area
    town = own if towns.get(own) else max(sorted(towns), key=lambda area: towns[area])
    return next(one for one in book.beats if one.area == town)


def crew_username(unit: UnitSpec) -> str:
    """The user name of a simulated crew."""
    return f"crew-{unit.unit_id}"


TRAINEE = "trainee"
TRAINER = "trainer"


def training_accounts(
    book: PlaceBook, password: str, away: Collection[UnitId]
) -> list[DemonstrationAccount]:
    """Accounts of a training room: trainee, trainer, the next desk, and every crew on duty.

    The first three are for people; `crew` crews nothing until its holder chooses a unit.
    """
    area = whole_area(book)
    people = [
        (TRAINEE, Role.DISPATCHER, "受训调度员", "Trainee"),
        (TRAINER, Role.SUPERVISOR, "教官", "Trainer"),
        ("crew", Role.CREW, "受训警组", "Trainee crew"),
        (CALL_TAKER, Role.DISPATCHER, "二号席", "Desk 2"),
    ]
    found = [
        DemonstrationAccount(username, password, role.value, area, name_zh, name_en)
        for username, role, name_zh, name_en in people
    ]
    return found + [
        _crew_account(unit, password, area) for unit in book.units if unit.unit_id not in away
    ]


def demonstration_accounts(book: PlaceBook, password: str) -> list[DemonstrationAccount]:
    """Every account: the roles first, then two colleagues, then the simulated crews."""
    area = whole_area(book)
    own, beat = human_unit(book), home_beat(book)
    people = [
        DemonstrationAccount(
            username, password, role.value, _area_of(role, beat, area), name_zh, name_en,
            own.unit_id if role is Role.CREW else "",
        )
        for role, username, name_zh, name_en in _ROLE_HOLDERS
    ]  # fmt: skip
    people += [
        DemonstrationAccount(CALL_TAKER, password, Role.DISPATCHER.value, area, "二号席", "Desk 2"),
        DemonstrationAccount(COLLEAGUE, password, Role.DISPATCHER.value, area, "三号席", "Desk 3"),
    ]
    return people + [
        _crew_account(unit, password, area) for unit in book.units if unit.unit_id != own.unit_id
    ]


def _area_of(role: Role, beat: Beat | None, whole: AreaId) -> AreaId:
    """Where somebody of the demonstration has their role: what they see ends there."""
    if beat is None:
        return whole
    if role is Role.VILLAGE_ASSISTANT and beat.villages:
        return beat.villages[0]
    return beat.area if role in _OF_THE_TOWN else whole


def _crew_account(unit: UnitSpec, password: str, area: AreaId) -> DemonstrationAccount:
    return DemonstrationAccount(
        crew_username(unit), password, Role.CREW.value, area,
        f"{unit.call_sign}警组", f"Crew of {unit.call_sign}", unit.unit_id,
    )  # fmt: skip
