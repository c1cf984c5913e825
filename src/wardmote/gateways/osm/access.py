"""Which ways an emergency vehicle of the size of a car may drive, in which direction.

The rules are explained in ``docs/how-to/build-a-city.md``. In short: crews go where the calls
are, so private drives and streets for residents stay in; what is physically closed, not built, or
closed to all motor traffic with no exemption for emergency vehicles is dropped, with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.travel.graph import RoadClass

Tags = Mapping[str, str]


class Drop(StrEnum):
    """Why something in the file is not in the road graph. The values are keys of the report."""

    NOT_A_ROAD = "not_a_road"
    NOT_BUILT = "not_built"
    FOOT_OR_CYCLE = "foot_or_cycle"
    AREA = "area"
    NO_MOTOR_VEHICLES = "no_motor_vehicles"
    MILITARY = "military"
    IMPASSABLE = "impassable"
    REVERSIBLE = "reversible_lane"
    TOO_SHORT = "way_too_short"
    NODES_MISSING = "nodes_missing"
    BARRIER = "barrier_cuts"
    UNCONNECTED = "unconnected_edges"
    ONE_DIRECTION = "directions_without_return"
    CONDITIONAL = "conditions_ignored"
    RESTRICTION_NOT_OURS = "restriction_not_for_cars"
    RESTRICTION_CONDITIONAL = "restriction_conditional"
    RESTRICTION_BROKEN = "restriction_broken"
    RESTRICTION_OUTSIDE = "restriction_outside_graph"
    RESTRICTION_UNKNOWN = "restriction_unknown_kind"


ROAD_CLASS: dict[str, RoadClass] = {
    "motorway": RoadClass.MOTORWAY,
    "trunk": RoadClass.TRUNK,
    "primary": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY,
    "tertiary": RoadClass.TERTIARY,
    "unclassified": RoadClass.UNCLASSIFIED,
    "road": RoadClass.UNCLASSIFIED,
    "residential": RoadClass.RESIDENTIAL,
    "living_street": RoadClass.LIVING_STREET,
    "service": RoadClass.SERVICE,
    "busway": RoadClass.SERVICE,
    "pedestrian": RoadClass.LIVING_STREET,
    "track": RoadClass.TRACK,
}
"""``highway`` values that a car can drive; ``*_link`` have the class of their road."""

_NOT_BUILT = frozenset(
    {"construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"}
)
_FOOT_OR_CYCLE = frozenset(
    {"footway", "cycleway", "path", "steps", "bridleway", "corridor", "via_ferrata", "ladder"}
)
_STEPS = frozenset({"steps", "via_ferrata", "ladder"})
_EMERGENCY_ONLY = frozenset({"busway", "pedestrian"})
"""Kept only where access is tagged for motor or emergency vehicles."""

_ALLOWED = frozenset(
    {
        "yes",
        "designated",
        "official",
        "permissive",
        "destination",
        "private",
        "customers",
        "delivery",
        "permit",
        "residents",
        "employees",
        "unknown",
    }
)
_FORBIDDEN = frozenset({"no", "use_sidepath", "dismount"})
_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""From the most special to the most general; the first that is tagged decides."""

_YES = frozenset({"yes", "designated", "official", "permissive", "destination"})

_SOLID_BARRIERS = frozenset(
    {
        "block",
        "bollard",
        "chain",
        "cycle_barrier",
        "debris",
        "fence",
        "full-height_turnstile",
        "guard_rail",
        "horse_stile",
        "jersey_barrier",
        "kissing_gate",
        "log",
        "motorcycle_barrier",
        "planter",
        "rope",
        "stile",
        "tank_trap",
        "turnstile",
        "wall",
        "wedge",
    }
)
"""Barriers that stop a car. Gates, lift gates and the like open for an emergency vehicle."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A way that may be driven.

    Attributes:
        forward, backward: along and against the order of its nodes; one of them is true.
        link: a slip road.
        conditional: a rule that holds at certain times only was ignored.
    """

    road_class: RoadClass
    link: bool
    forward: bool
    backward: bool
    conditional: bool


def classify_way(tags: Tags) -> Passage | Drop:
    """Whether a way with a ``highway`` tag is driven, or why not."""
    highway = tags.get("highway", "")
    link = highway.endswith("_link")
    name = highway.removesuffix("_link")
    dropped = _unusable(name, tags)
    if dropped is not None:
        return dropped
    dropped = _closed(name, tags)
    if dropped is not None:
        return dropped
    forward, backward = directions(name, tags)
    if not forward and not backward:
        return Drop.REVERSIBLE
    conditional = any(
        key.endswith(":conditional")
        and key.split(":", 1)[0] in {"access", "motor_vehicle", "vehicle", "motorcar", "oneway"}
        for key in tags
    )
    # A path signed for emergency vehicles is as good as a service road.
    road_class = ROAD_CLASS.get(name, RoadClass.SERVICE)
    return Passage(road_class, link, forward, backward, conditional)


def _unusable(name: str, tags: Tags) -> Drop | None:
    """What the way is by itself, whoever may use it."""
    if name in _NOT_BUILT:
        return Drop.NOT_BUILT
    if name in _FOOT_OR_CYCLE and (name in _STEPS or not _emergency(tags)):
        return Drop.FOOT_OR_CYCLE
    if name not in ROAD_CLASS and name not in _FOOT_OR_CYCLE:
        return Drop.NOT_A_ROAD
    if tags.get("area") == "yes":
        return Drop.AREA
    if tags.get("smoothness") == "impassable" or tags.get("ice_road") == "yes":
        return Drop.IMPASSABLE
    return None


def _closed(name: str, tags: Tags) -> Drop | None:
    """Whether it is closed to emergency vehicles."""
    if _emergency(tags) or tags.get("service") == "emergency_access":
        return None
    if tags.get("emergency") == "no":
        return Drop.NO_MOTOR_VEHICLES
    for key in _ACCESS_KEYS:
        value = tags.get(key, "")
        if value == "military":
            return Drop.MILITARY
        if value in _FORBIDDEN:
            return Drop.NO_MOTOR_VEHICLES
        if value in _ALLOWED and (name not in _EMERGENCY_ONLY or key.startswith("motor")):
            return None
    return Drop.NO_MOTOR_VEHICLES if name in _EMERGENCY_ONLY else None


def _emergency(tags: Tags) -> bool:
    return tags.get("emergency", "") in _YES


def directions(name: str, tags: Tags) -> tuple[bool, bool]:
    """Whether a way may be driven along and against the order of its nodes.

    Motorways and roundabouts are one-way unless tagged otherwise; both are False for a lane whose
    direction changes (``reversible``), since nobody can say which way it runs at the moment.
    """
    oneway = ""
    for key in (
        "oneway:emergency",
        "oneway:motorcar",
        "oneway:motor_vehicle",
        "oneway:vehicle",
        "oneway",
    ):
        if key in tags and not oneway:
            oneway = tags[key]
    if oneway == "reversible":
        return False, False
    if oneway in {"yes", "true", "1"}:
        forward, backward = True, False
    elif oneway in {"-1", "reverse"}:
        forward, backward = False, True
    elif oneway in {"no", "false", "0", "alternating"}:
        forward, backward = True, True
    else:
        implied = name == "motorway" or tags.get("junction") in {"roundabout", "circular"}
        forward, backward = True, not implied
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        forward = forward and tags.get(f"{key}:forward") != "no"
        backward = backward and tags.get(f"{key}:backward") != "no"
    return forward, backward


def stops_a_car(tags: Tags) -> bool:
    """Whether the barrier on a node cuts the road for an emergency vehicle."""
    kind = tags.get("barrier", "")
    if not kind:
        return False
    if _emergency(tags):
        return False
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        value = tags.get(key, "")
        if value in _FORBIDDEN:
            # A gate marked "no" still opens for a crew with the key; a bollard does not.
            return kind in _SOLID_BARRIERS
        if value in _ALLOWED:
            return False
    if kind == "bollard" and tags.get("bollard", "") in {
        "removable",
        "rising",
        "foldable",
        "flexible",
    }:
        return False
    return kind in _SOLID_BARRIERS
