"""No watch lists, no scores of persons, no tracking of residents: not in an event, not in a table.

Names are searched in every field of every registered event, of every dataclass in the core's
vocabulary, policies, measures and demand, and of every model of the product's own Django apps.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.apps import apps

import wardmote.core.domain
import wardmote.core.measures
import wardmote.core.planning.demand
import wardmote.core.policies
from wardmote.core.domain.events import REGISTRY, Payload
from wardmote.core.domain.ids import PersonId

FORBIDDEN = {
    "a list of persons to watch": r"watch_?list|black_?list|control_?list|"
    r"wanted_?(person|list)|key_?person|"
    r"person_of_interest|target_person|focus_person|suspect_list",
    "a score or grade of persons": r"(person|resident|citizen|caller|subject|social|credit|risk|"
    r"trust|danger|threat|behaviou?r|reliability)_?(score|grade|rating|rank|class|index|level)",
    "biometrics or recognition": r"(^|_)faces?(_|$)|facial|gait|(^|_)iris|"
    r"finger_?print|biometr|voice_?print|"
    r"recognition|plate_?(number|recognition|reader)|lpr|anpr",
    "tracking of anybody": r"(person|resident|citizen|caller|phone|imsi|imei|mac)_?"
    r"(track|trail|trajectory|location_history|position_history)|imsi|imei|mac_address",
    "a register of residents": r"household|hukou|census|id_card|national_id|resident_register|"
    r"tenant_register|ethnic|religio|political|petition",
    "what people say": r"sentiment|opinion|social_media|public_voice|wechat_id|weibo",
}
FORBIDDEN_NAMES = {what: re.compile(pattern) for what, pattern in FORBIDDEN.items()}
PERSONAL = re.compile(
    r"(^|_)(name|phone|telephone|mobile|address|birth|birthday|gender|age_years|email|photo|text)$"
)
CORE = (
    wardmote.core.domain,
    wardmote.core.policies,
    wardmote.core.measures,
    wardmote.core.planning.demand,
)
OWN_APPS = "wardmote."


def objection(name: str) -> str | None:
    """What a field or a table of this name would be; None when nothing is wrong with it."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    for what, pattern in FORBIDDEN_NAMES.items():
        if pattern.search(snake):
            return what
    return None


def modules() -> Iterator[ModuleType]:
    for package in CORE:
        for found in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{found.name}")


def core_types() -> list[type]:
    return sorted(
        {
            value
            for module in modules()
            for value in vars(module).values()
            if isinstance(value, type) and value.__module__ == module.__name__
        },
        key=lambda kind: (kind.__module__, kind.__qualname__),
    )


@pytest.mark.parametrize(
    "name",
    ["watchlist", "WatchList", "person_score", "risk_level", "face_id", "id_card", "caller_trail",
     "key_person", "KeyPersonList", "credit_score", "sentiment"],
)  # fmt: skip
def test_the_search_finds_what_it_is_for(name: str) -> None:
    assert objection(name) is not None


@pytest.mark.parametrize("name", ["key_place", "surface", "wanted", "place_class", "alarm_level"])
def test_the_search_leaves_honest_names_alone(name: str) -> None:
    assert objection(name) is None


@pytest.mark.parametrize(("name", "version"), REGISTRY.names())
def test_no_event_says_anything_about_persons(name: str, version: int) -> None:
    payload_class = REGISTRY.payload_class(name, version)
    for field in dataclasses.fields(payload_class):
        assert objection(field.name) is None, field.name
        assert not PERSONAL.search(field.name), f"{name}: {field.name} is personal data or text"


def test_no_type_of_the_core_holds_a_score_or_list_of_persons() -> None:
    found: list[str] = []
    for kind in core_types():
        names = [kind.__name__]
        if dataclasses.is_dataclass(kind):
            names += [field.name for field in dataclasses.fields(kind)]
        found += [f"{kind.__name__}.{name}: {objection(name)}" for name in names if objection(name)]
    assert found == []


def test_persons_in_the_core_are_staff_only() -> None:
    with_persons = {
        kind.__name__
        for kind in core_types()
        if dataclasses.is_dataclass(kind)
        and any("PersonId" in str(field.type) for field in dataclasses.fields(kind))
    }
    assert PersonId.__name__ == "PersonId"
    assert with_persons <= {"StaffMember", "Appointment", "Leave", "TaskRequest"}


def test_every_payload_is_registered_so_that_none_escapes_this_test() -> None:
    registered = {REGISTRY.payload_class(*key).__qualname__ for key in REGISTRY.names()}
    assert {kind.__qualname__ for kind in Payload.__subclasses__()} == registered


def test_no_table_of_ours_is_a_watch_list_a_score_or_a_register_of_residents() -> None:
    found: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith(OWN_APPS):
            continue
        names = [model.__name__, *(field.name for field in model._meta.get_fields())]
        found += [
            f"{model.__name__}.{name}: {objection(name)}" for name in names if objection(name)
        ]
    assert found == []
