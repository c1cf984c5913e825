"""The adviser's own run of an exercise: worked out by the rules in force, and kept with it."""

from __future__ import annotations

import datetime
from typing import Any

from wardmote.core.domain.categories import load_categories
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.plain import dump
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS, load_run_cards
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.standards import STANDARD_135, load_standard
from wardmote.core.policies.routing import load_rules
from wardmote.core.policies.shipped_rules import SHIPPED_RULES
from wardmote.core.simulation.training.reference import (
    PlaceRules,
    advised_run,
    dump_measured,
)
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.places.assumed_model import ASSUMED_MODEL
from wardmote.operations.training.ledger import ExerciseFiles


def rules_of(configuration: dict[str, Any] | None) -> PlaceRules:
    """The rules of a configuration as ``config.place_configuration`` prints it; else as shipped."""
    found = (
        {}
        if configuration is None
        else {one["kind"]: one["data"] for one in configuration["rules"]}
    )
    return PlaceRules(
        standard=load_standard(found["standard"]) if "standard" in found else STANDARD_135,
        categories=load_categories(found["categories"])
        if "categories" in found
        else SHIPPED_CATEGORIES,
        routing=load_rules(found["routing"]) if "routing" in found else SHIPPED_RULES,
        cards=load_run_cards(found["run_cards"]) if "run_cards" in found else POLICE_RUN_CARDS,
        model=VehicleModel.from_dict(found["vehicle_model"])
        if "vehicle_model" in found
        else ASSUMED_MODEL,
    )


def keep_advised_run(
    files: ExerciseFiles,
    book: PlaceBook,
    travel: TravelTimes,
    rules: PlaceRules,
    zone: datetime.tzinfo,
) -> None:
    """Work out what the adviser alone would have reached in the exercise as it was, and keep it."""
    now = files.exercise()
    calls = [one.call for one in now.calls.values() if one.rang_s is not None]

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).hour

    advised, measured = advised_run(now.script, calls, now.trouble, book, travel, rules, local_hour)
    files.keep_advised(
        {"calls": dump(advised), "measured": [dump_measured(one) for one in measured]}
    )
