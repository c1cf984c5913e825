"""What happened to places: divisions, grids, beats, tables taken in, what is drawn on the map,
closures, and the rules in force.

Names and outlines are in the rows; events carry codes, days and numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.division_changes import DivisionChangeKind
from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.places import PlaceClass


@REGISTRY.register("division.changed")
@dataclass(frozen=True, slots=True)
class DivisionChanged(Payload):
    """Divisions or grids were opened, changed or ended.

    Attributes:
        change: id of the row that keeps it; empty where many were taken in from a table.
        before: codes that it was done to; empty where they were opened.
        after: codes that hold from `day` on; empty where they were ended.
        day: the first local day of what is new, ISO; of an end the last day of what was.
    """

    change: str
    kind: DivisionChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]
    day: str


@REGISTRY.register("beat.changed")
@dataclass(frozen=True, slots=True)
class BeatChanged(Payload):
    """A beat was given other villages, another office or name, or was opened or ended.

    Attributes:
        villages: those that it has from `day` on; none when it ended.
        day: the first local day on which that holds, ISO.
    """

    beat: BeatId
    villages: tuple[AreaId, ...]
    day: str
    ended: bool


@REGISTRY.register("places.imported")
@dataclass(frozen=True, slots=True)
class PlacesImported(Payload):
    """A table of places or a file of boundaries was taken in, whole.

    Attributes:
        batch: id of the row that keeps who did it and when.
        source: ``places`` or ``boundaries``.
    """

    batch: str
    source: str
    added: int
    changed: int
    ended: int


@REGISTRY.register("closure.set")
@dataclass(frozen=True, slots=True)
class ClosureSet(Payload):
    """A stretch of road was closed to traffic, or opened again (`closed` false)."""

    closure: str
    edges: tuple[int, ...]
    closed: bool


@REGISTRY.register("place.drawn")
@dataclass(frozen=True, slots=True)
class PlaceDrawn(Payload):
    """A key place or zone was drawn on the map, or its last day was set.

    Attributes:
        kind: ``key_place`` or ``zone``.
        valid_from, valid_to: inclusive local days in ISO form; None is open.
    """

    place: str
    kind: str
    place_class: PlaceClass
    valid_from: str | None
    valid_to: str | None


@REGISTRY.register("rules.set")
@dataclass(frozen=True, slots=True)
class RulesSet(Payload):
    """A version of rules was put in force.

    Attributes:
        kind: ``standard``, ``categories``, ``routing``, ``run_cards``, ``vehicle_model``,
            ``posting``, ``relocation``, ``cover_keeping``, ``duty_levels`` or ``area_rules``.
    """

    kind: str
    version: str
