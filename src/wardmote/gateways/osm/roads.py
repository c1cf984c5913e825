"""Reading the roads of an OSM file: ways that can be driven, barriers, turn restrictions."""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import osmium
from numpy.typing import NDArray

from wardmote.core.domain.text import Bilingual
from wardmote.core.travel.graph import RoadClass
from wardmote.gateways.osm.access import Drop, Passage, classify_way, stops_a_car
from wardmote.gateways.osm.naming import other_names, street_name
from wardmote.gateways.osm.source import OsmSource, reading
from wardmote.gateways.osm.speeds import LIMIT_KEYS

NO_STREET = -1
UNDEFINED = 2**31 - 1
"""libosmium's raw coordinate of a node that is not in the file."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RoadWay:
    """What is known of a way besides its nodes.

    `limits` are the tags that say how fast it may be driven; `street` is -1 without a name.
    """

    way_id: int
    road_class: RoadClass
    link: bool
    forward: bool
    backward: bool
    limits: dict[str, str]
    street: int


@dataclass(frozen=True, slots=True)
class RawRestriction:
    """A turn restriction as tagged: OSM ids. Exactly one of `via_node` and `via_ways` is set."""

    relation_id: int
    only: bool
    from_ways: tuple[int, ...]
    via_node: int | None
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


@dataclass(slots=True)
class RawRoads:
    """The roads of a file before they are cut into edges.

    Attributes:
        node_ids: [P] int64, the nodes of all ways one after the other.
        x, y: [P] int32, longitude and latitude in 1e-7 degrees; `UNDEFINED` when missing.
        first: [W+1] int64, nodes ``first[w] : first[w + 1]`` belong to way w.
        blocked: nodes with a barrier that stops a car.
        streets: names; a way's `street` is a row of it.
        street_alternatives: other names of each street, in the same rows.
        dropped: count for each reason.
    """

    ways: list[RoadWay] = field(default_factory=list)
    node_ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    x: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    y: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    first: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    blocked: set[int] = field(default_factory=set)
    restrictions: list[RawRestriction] = field(default_factory=list)
    streets: list[Bilingual] = field(default_factory=list)
    street_alternatives: list[tuple[str, ...]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


class _Reader:
    """Collects roads object by object; `done` closes the arrays."""

    def __init__(self) -> None:
        self.roads = RawRoads()
        self._ids = array("q")
        self._x = array("i")
        self._y = array("i")
        self._first = array("q", [0])
        self._street_of: dict[Bilingual, int] = {}
        self._alternatives: list[dict[str, None]] = []

    def node(self, node: osmium.osm.Node) -> None:
        if stops_a_car(dict(node.tags)):
            self.roads.blocked.add(node.id)

    def way(self, way: osmium.osm.Way) -> None:
        tags = dict(way.tags)
        passage = classify_way(tags)
        if isinstance(passage, Drop):
            self.roads.dropped[passage] += 1
            return
        if len({node.ref for node in way.nodes}) < 2:
            self.roads.dropped[Drop.TOO_SHORT] += 1
            return
        if passage.conditional:
            self.roads.dropped[Drop.CONDITIONAL] += 1
        self._add(way, tags, passage)

    def _add(self, way: osmium.osm.Way, tags: Mapping[str, str], passage: Passage) -> None:
        self.roads.ways.append(
            RoadWay(
                way_id=way.id,
                road_class=passage.road_class,
                link=passage.link,
                forward=passage.forward,
                backward=passage.backward,
                limits={key: tags[key] for key in LIMIT_KEYS if key in tags},
                street=self._street(tags),
            )
        )
        previous = None
        for node in way.nodes:
            if node.ref == previous:
                continue
            previous = node.ref
            self._ids.append(node.ref)
            self._x.append(node.x)
            self._y.append(node.y)
        self._first.append(len(self._ids))

    def _street(self, tags: Mapping[str, str]) -> int:
        name = street_name(tags)
        if name is None:
            return NO_STREET
        row = self._street_of.setdefault(name, len(self._street_of))
        if row == len(self._alternatives):
            self._alternatives.append({})
        self._alternatives[row].update(dict.fromkeys(other_names(tags, name)))
        return row

    def relation(self, relation: osmium.osm.Relation) -> None:
        tags = dict(relation.tags)
        if tags.get("type", "").split(":")[0] != "restriction":
            return
        found = _restriction(relation, tags)
        if isinstance(found, Drop):
            self.roads.dropped[found] += 1
        else:
            self.roads.restrictions.append(found)

    def done(self) -> RawRoads:
        roads = self.roads
        roads.node_ids = np.frombuffer(self._ids, dtype=np.int64).copy()
        roads.x = np.frombuffer(self._x, dtype=np.int32).copy()
        roads.y = np.frombuffer(self._y, dtype=np.int32).copy()
        roads.first = np.frombuffer(self._first, dtype=np.int64).copy()
        roads.streets = list(self._street_of)
        roads.street_alternatives = [tuple(found) for found in self._alternatives]
        return roads


def read_roads(source: OsmSource, progress: Progress | None = None) -> RawRoads:
    """Read every drivable way with its barriers and turn restrictions.

    Args:
        progress: told the number of objects looked at, now and then.

    Raises:
        OsmFileProblem: the file is truncated or damaged.
    """
    reader = _Reader()
    wanted = osmium.filter.KeyFilter("highway", "barrier", "type")
    seen = 0
    with reading(source):
        for found in osmium.FileProcessor(source.file()).with_locations().with_filter(wanted):
            seen += 1
            if progress is not None and seen % 2000 == 0:
                progress(seen)
            if isinstance(found, osmium.osm.Way):
                if "highway" in found.tags:
                    reader.way(found)
            elif isinstance(found, osmium.osm.Node):
                if "barrier" in found.tags:
                    reader.node(found)
            elif isinstance(found, osmium.osm.Relation):
                reader.relation(found)
    return reader.done()


_KINDS = frozenset(
    {
        "no_left_turn",
        "no_right_turn",
        "no_straight_on",
        "no_u_turn",
        "no_entry",
        "no_exit",
        "only_left_turn",
        "only_right_turn",
        "only_straight_on",
        "only_u_turn",
    }
)
_OUR_KEYS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
_EXEMPT = frozenset({"emergency", "motorcar", "motor_vehicle", "vehicle"})


def _restriction(relation: osmium.osm.Relation, tags: Mapping[str, str]) -> RawRestriction | Drop:
    kind = _kind_for_us(tags)
    if isinstance(kind, Drop):
        return kind
    members = [(member.role, member.type, member.ref) for member in relation.members]

    def of(role: str, kind: str) -> tuple[int, ...]:
        return tuple(ref for found, type_, ref in members if found == role and type_ == kind)

    from_ways, to_ways = of("from", "w"), of("to", "w")
    via_nodes, via_ways = of("via", "n"), of("via", "w")
    several = (len(from_ways) > 1 and kind != "no_entry") or (
        len(to_ways) > 1 and kind != "no_exit"
    )
    one_via = len(via_nodes) == 1 if via_nodes else bool(via_ways)
    if not from_ways or not to_ways or several or not one_via or (via_nodes and via_ways):
        return Drop.RESTRICTION_BROKEN
    return RawRestriction(
        relation_id=relation.id,
        only=kind.startswith("only"),
        from_ways=from_ways,
        via_node=via_nodes[0] if via_nodes else None,
        via_ways=via_ways,
        to_ways=to_ways,
    )


def _kind_for_us(tags: Mapping[str, str]) -> str | Drop:
    """The kind of restriction that holds for a car at all times, or why there is none."""
    kind = next((tags[key] for key in _OUR_KEYS if key in tags), "")
    if not kind:
        timed = any(key.startswith("restriction") and "conditional" in key for key in tags)
        return Drop.RESTRICTION_CONDITIONAL if timed else Drop.RESTRICTION_NOT_OURS
    exempt = {part.strip() for part in tags.get("except", "").split(";")}
    only_for = tags.get("type", "").partition(":")[2]
    if _EXEMPT & exempt or (only_for and only_for not in _EXEMPT):
        return Drop.RESTRICTION_NOT_OURS
    return kind if kind in _KINDS else Drop.RESTRICTION_UNKNOWN
