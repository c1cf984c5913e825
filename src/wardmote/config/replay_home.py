"""Prepares the home of a replay that is shown on the console: its units, rules and accounts.

Run as a program (``python -m wardmote.config.replay_home``) with a `ReplayHome` as JSON on
standard input, in the environment of the server that will serve it; prints the bearer token with
which positions of all units are reported.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from django.db import transaction

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.deployment import bring_up_to_date, open_staff_account
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.places import UnitSpec
from wardmote.core.domain.plain import load
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.access.selectors import EVERY_UNIT
from wardmote.operations.access.services import issue_device_token
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import location_index
from wardmote.operations.places.services import keep_vehicle_model, set_rules
from wardmote.operations.units.services import load_units

ACTOR = "rule:replay"


@dataclass(frozen=True, slots=True)
class ReplayHome:
    """What the replay wants on its server.

    Attributes:
        begin_s: before the first event; the clock and the rules stand from here on, seconds UTC.
        accounts: names of supervisors of the whole place; all have the password.
    """

    begin_s: float
    accounts: tuple[str, ...]
    password: str
    units: tuple[UnitSpec, ...]


def prepare(home: ReplayHome, standard: Any, run_cards: Any, vehicle_model: Any) -> str:
    """Make the tables, load the city, units and rules, open the accounts; returns the token."""
    bring_up_to_date()
    clock.set_rate(1.0, served_s=home.begin_s)
    whole: AreaId = location_index().whole_area
    viewer = Viewer(ACTOR, (RoleInArea(Role.ADMINISTRATOR, whole),))
    with transaction.atomic():
        load_units(home.units)
        for kind, data in (("standard", standard), ("run_cards", run_cards)):
            set_rules(viewer, kind, data, now_s=home.begin_s)
        model = VehicleModel.from_dict(vehicle_model)
        keep_vehicle_model(viewer, model, version="replay", now_s=home.begin_s)
        for name in home.accounts:
            open_staff_account(name, home.password, Role.SUPERVISOR, whole)
        return issue_device_token(EVERY_UNIT, whole, label="replay", now_s=home.begin_s)


def main() -> None:
    """Read the home from standard input, prepare it and print the token as JSON."""
    given = json.load(sys.stdin)
    token = prepare(
        load(ReplayHome, given["home"]),
        given["standard"],
        given["run_cards"],
        given["vehicle_model"],
    )
    json.dump({"token": token}, sys.stdout)


if __name__ == "__main__":
    main()
