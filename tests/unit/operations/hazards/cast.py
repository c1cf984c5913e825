"""Who acts on hazards in tests, and short ways to a hazard in a given state."""

from __future__ import annotations

from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.permissions import Role
from wardmote.operations.hazards import services
from wardmote.operations.hazards.models import HazardPart

LON, LAT = 111.15, 27.05
ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
ASSISTANT = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="assistant")
VOLUNTEER = viewer((Role.VOLUNTEER, EAST), staff="volunteer")
FIRE = viewer((Role.DEPARTMENT, COUNTY), staff="fire1")
CITY = viewer((Role.DEPARTMENT, COUNTY), staff="city1")
HERE = services.OnSpot(LON, LAT)


def new(key: str = "k", **other: object) -> services.NewHazard:
    about = {"category": "fire_lane", "lon": LON, "lat": LAT, "words": "Blocked", **other}
    return services.NewHazard(key=key, **about)  # type: ignore[arg-type]  # fields of a hazard


def reported(key: str = "k", now_s: float = NOW_S, **other: object) -> str:
    return services.report(ASSISTANT, new(key, **other), now_s=now_s).id


def filed(key: str = "k", now_s: float = NOW_S, **other: object) -> str:
    hazard = reported(key, now_s, **other)
    services.file_hazard(OFFICER, hazard, now_s=now_s)
    return hazard


def given(*departments: str, key: str = "k", now_s: float = NOW_S) -> tuple[str, ...]:
    """A hazard given to departments: its id, then the ids of the parts."""
    hazard = filed(key, now_s)
    wanted = [services.PartWanted(code) for code in departments or ("fire",)]
    parts = services.assign_hazard(OFFICER, hazard, wanted, now_s=now_s)
    return (hazard, *(part.id for part in parts))


def hand_in(part: str, now_s: float, who: object = FIRE, key: str = "p") -> None:
    """Proof with a picture."""
    services.add_proof(who, part, picture(), key=f"{key}{part}", now_s=now_s)  # type: ignore[arg-type]  # a viewer or a token
    services.submit_proof(who, part, "Cleared", now_s=now_s)  # type: ignore[arg-type]  # likewise


def check(part: str, now_s: float, *, passed: bool = True) -> None:
    words = "" if passed else "Still blocked"
    services.check_part(OFFICER, part, HERE, words, passed=passed, now_s=now_s)


def state(part: str) -> str:
    return HazardPart.objects.get(pk=part).state
