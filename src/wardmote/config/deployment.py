"""Bringing a deployment's home up to date: tables, city, units, accounts."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.wsgi import application as _django
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.incidents.selectors import find_by_number
from wardmote.operations.incidents.services import (
    ImportedCalls,
    erase_caller,
    erase_old_callers,
)
from wardmote.operations.journal import clock
from wardmote.operations.journal.statistics import gather_statistics
from wardmote.operations.people.services import check_password, open_account
from wardmote.operations.places.city_directory import CityDirectory
from wardmote.operations.places.selectors import location_index
from wardmote.operations.places.services import load_city
from wardmote.operations.studies.services import place_again
from wardmote.operations.units.services import load_units

__all__ = [
    "bring_up_to_date",
    "erase_caller_of",
    "erase_callers",
    "imported_calls",
    "open_staff_account",
]

IMPORT_ACTOR = "rule:import"
"""Who receives imported calls: the operator of the machine, in nobody's name."""

OPERATOR = "rule:operator"
"""Who erases a caller from the command line."""

DAY_S = 86_400.0

assert _django is not None


def bring_up_to_date() -> bool:
    """Make or change the tables and load the city; returns whether the city was new."""
    call_command("migrate", verbosity=0)
    gather_statistics(clock.now_s())
    if settings.CITY_DIRECTORY is None:
        return False
    directory = CityDirectory.open(settings.CITY_DIRECTORY)
    loaded = load_city(directory)
    if loaded:
        load_units(directory.place_book().units)
        place_again()
    return loaded


def imported_calls(on_progress: Callable[[int], None]) -> ImportedCalls:
    """The deployment's database as a store of imported records.

    `on_progress` is told how many records were written.

    Raises:
        Problem: this is a training room.
    """
    if settings.TRAINING:
        raise Problem(
            zh="这是演练席，不能导入真实记录。",
            en="This is a training room; real records are not imported into it.",
        )
    importer = Viewer(IMPORT_ACTOR, (RoleInArea(Role.ADMINISTRATOR, location_index().whole_area),))
    return ImportedCalls(importer, now_s=clock.now_s(), on_progress=on_progress)


def open_staff_account(username: str, password: str, role: Role, area: str) -> str:
    """Open an account, or give it another password and role; returns the area of the role.

    An empty `area` means the whole city.

    Raises:
        Problem: the password is not good enough.
    """
    check_password(username, password)
    account = open_account(
        username,
        password,
        staff_id=username,
        name=Bilingual(zh=username, en=username),
        admin_site=role is Role.ADMINISTRATOR,
    )
    where = AreaId(area) if area else location_index().whole_area
    grant_role(account.pk, role, where, granted_by="command")
    return where


def erase_callers() -> int:
    """Erase the callers whose retention is over; returns how many. Nothing when it is unlimited."""
    days = settings.CALLER_RETENTION_DAYS
    if days is None:
        return 0
    now_s = clock.now_s()
    return erase_old_callers(now_s - days * DAY_S, now_s=now_s)


def erase_caller_of(number: str) -> bool:
    """Erase the caller of the call with this number; returns whether there was one.

    Raises:
        UnknownIncidentError: there is no such call.
    """
    return erase_caller(find_by_number(number), actor=OPERATOR, now_s=clock.now_s())
