"""Putting standards, categories, rules, run cards and vehicle models in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from django.db import transaction

from wardmote.core.domain.categories import load_categories
from wardmote.core.domain.duty_level import AreaRules, load_duty_levels
from wardmote.core.domain.hazard_categories import load_hazard_categories
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import RulesSet
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump
from wardmote.core.domain.run_cards import load_run_cards
from wardmote.core.domain.staffing import load_staffing
from wardmote.core.domain.standards import load_standard
from wardmote.core.policies.recommend_keeping_cover import load_cover_keeping_rule
from wardmote.core.policies.relocation_rule import load_relocation_rule
from wardmote.core.policies.routing import load_rules
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors
from wardmote.operations.places.errors import RulesRefusedError
from wardmote.operations.places.models import RulesInForce


class _Versioned(Protocol):
    @property
    def version(self) -> str: ...


_LOADERS: Mapping[str, Callable[[JsonValue], _Versioned]] = {
    "standard": load_standard,
    "categories": load_categories,
    "routing": load_rules,
    "run_cards": load_run_cards,
    "relocation": load_relocation_rule,
    "cover_keeping": load_cover_keeping_rule,
    "staffing": load_staffing,
    "hazard_categories": load_hazard_categories,
    "duty_levels": load_duty_levels,
}


def set_rules(viewer: Viewer, kind: str, data: JsonValue, *, now_s: float) -> str:
    """Put a version of a standard, category tree or rule set in force; returns the version.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
        RulesRefusedError: the data do not fit; nothing was changed.
    """
    _check_may_set(viewer)
    try:
        loaded = _LOADERS[kind](data)
    except InvalidDataError as error:
        raise RulesRefusedError(path=error.path or "/", reason=error.code) from error
    _put_in_force(viewer, kind, loaded.version, data, now_s)
    return loaded.version


def put_area_rules(rules: AreaRules, *, actor: str, now_s: float) -> None:
    """Put in force what duty levels change, all areas together, in the caller's transaction.

    The caller has checked the right: a level is put in force by whoever may approve it.

    Raises:
        JournalOutsideTransactionError: there is no transaction to share.
    """
    nobody = Viewer(actor, ())
    _put_in_force(nobody, "area_rules", rules.version, dump(rules), now_s)


def keep_vehicle_model(viewer: Viewer, model: VehicleModel, *, version: str, now_s: float) -> None:
    """Put a fitted emergency-vehicle model in force.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
    """
    _check_may_set(viewer)
    _put_in_force(viewer, "vehicle_model", version[:60], model.to_dict(), now_s)


def _check_may_set(viewer: Viewer) -> None:
    if not viewer.may(Permission.CONFIGURATION_EDIT, selectors.location_index().whole_area):
        raise AccessDeniedError


def _put_in_force(viewer: Viewer, kind: str, version: str, data: JsonValue, now_s: float) -> None:
    with transaction.atomic():
        RulesInForce.objects.create(
            kind=kind, version=version, data=data, from_s=now_s, set_by=viewer.staff_id
        )
        transaction.on_commit(selectors.forget)
        area = selectors.location_index().whole_area
        record([RulesSet(kind, version)], actor=viewer.staff_id, area=area, now_s=now_s)
