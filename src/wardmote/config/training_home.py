"""Prepares the home of a training room: tables, place, rules, accounts, and its clock.

Run as a program (``python -m wardmote.config.training_home``) with a `TrainingHome` as JSON on
standard input, in the environment of the server that will serve it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from wardmote.config.demonstration import open_demonstration_account

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.deployment import bring_up_to_date
from wardmote.core.domain.duty_level import load_area_rules
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.gateways.simulated_people.accounts import DemonstrationAccount
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import location_index
from wardmote.operations.places.services import keep_vehicle_model, put_area_rules, set_rules

ACTOR = "rule:training"
EARLY_S = 3_600.0
"""The clock stands so long before the beginning while crews come on duty; seconds."""


@dataclass(frozen=True, slots=True)
class RulesTaken:
    """Rules that are in force in the real place."""

    kind: str
    version: str
    data: JsonValue


@dataclass(frozen=True, slots=True)
class TrainingHome:
    """What the training room wants on its server.

    Attributes:
        begin_s: when the exercise begins on the room's clock, seconds UTC.
    """

    begin_s: float
    accounts: tuple[DemonstrationAccount, ...]
    rules: tuple[RulesTaken, ...] = ()


class NotTrainingError(RuntimeError):
    """The home is not marked as a training room, so nothing is put into it."""


def prepare(home: TrainingHome) -> None:
    """Make the tables, load the place and its rules, open the accounts.

    Raises:
        NotTrainingError: the home is a real one.
    """
    if not settings.TRAINING:
        raise NotTrainingError
    bring_up_to_date()
    early_s = home.begin_s - EARLY_S
    clock.set_rate(1.0, served_s=early_s)
    viewer = Viewer(ACTOR, (RoleInArea(Role.ADMINISTRATOR, location_index().whole_area),))
    with transaction.atomic():
        for rules in home.rules:
            _put_in_force(viewer, rules, early_s)
        for account in home.accounts:
            open_demonstration_account(account)


def _put_in_force(viewer: Viewer, rules: RulesTaken, now_s: float) -> None:
    if rules.kind == "vehicle_model":
        model = VehicleModel.from_dict(rules.data)
        keep_vehicle_model(viewer, model, version=rules.version, now_s=now_s)
    elif rules.kind == "area_rules":
        put_area_rules(load_area_rules(rules.data), actor=ACTOR, now_s=now_s)
    else:
        set_rules(viewer, rules.kind, rules.data, now_s=now_s)


def main() -> None:
    """Read the home from standard input and prepare it."""
    given = json.load(sys.stdin)
    prepare(
        TrainingHome(
            begin_s=given["begin_s"],
            accounts=tuple(load(DemonstrationAccount, one) for one in given["accounts"]),
            rules=tuple(
                RulesTaken(one["kind"], one["version"], one["data"]) for one in given["rules"]
            ),
        )
    )


if __name__ == "__main__":
    main()
