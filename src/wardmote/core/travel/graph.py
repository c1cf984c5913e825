"""The road graph: every array that travel times are computed from.

Three layers share one object:

- *junctions and edges*: the physical streets. An edge is a piece of street between two junctions,
  drivable one way or both ways. Its two directions are the *half-edges* `2 * edge` (tail to head)
  and `2 * edge + 1` (head to tail); anything that depends on direction is indexed by half-edge.
- *lines*: the course of each edge over the ground.
- *nodes and arcs*: what the searches run on. Each junction has one node, followed by copies where
  turn restrictions need them (`turns`); each arc drives one half-edge.

Nodes are numbered along a space-filling curve, so that neighbours on the ground are neighbours in
memory. Junctions and edges keep the numbers the caller gave them.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

INF_MS = int(np.iinfo(np.int32).max)
"""Duration of what cannot be driven: a closed road, or a direction that does not exist."""

NONE = -1
"""Missing index in every index array: no edge, no node, no street, no area."""


class RoadClass(IntEnum):
    """Class of an edge; link roads have the class of the road they lead to."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    UNCLASSIFIED = 5
    RESIDENTIAL = 6
    LIVING_STREET = 7
    SERVICE = 8
    TRACK = 9


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class RoadGraph:
    """A directed drivable graph. Build it with `building.build_road_graph`, never by hand.

    J junctions, E edges, P line points, N nodes, M arcs. All arrays are C-contiguous and
    read-only. Positions are WGS-84 degrees.
    """

    junction_lon: Float64
    """[J] longitude of each junction."""
    junction_lat: Float64
    """[J] latitude of each junction."""
    junction_node: Int32
    """[J] node of each junction; its copies have the node numbers directly after it."""
    junction_copies: Int32
    """[J] number of copies that turn restrictions made of it."""

    edge_tail: Int32
    """[E] junction where the edge begins."""
    edge_head: Int32
    """[E] junction where the edge ends; may equal `edge_tail`."""
    edge_length_m: Float32
    """[E] length in metres, > 0."""
    edge_class: UInt8
    """[E] `RoadClass` as a number."""
    edge_street: Int32
    """[E] row of the street in a name table kept elsewhere; -1 without a name."""
    edge_area: Int16
    """[E] area for speed factors; -1 outside every area."""
    freeflow_ms: Int32
    """[2E] free-flow duration of each half-edge in ms, >= 1; `INF_MS` where not drivable."""

    line_first: Int32
    """[E+1] points `line_first[e] : line_first[e+1]` are the line of edge e, both ends included."""
    line_xy: Float64
    """[P, 2] longitude, latitude."""
    line_at: Float64
    """[P] share of the edge's length at which the point lies: 0.0 first, 1.0 last, rising."""

    node_origin: Int32
    """[N] junction that the node stands for."""
    first_out: Int32
    """[N+1] arcs `first_out[v] : first_out[v+1]` leave node v."""
    tail: Int32
    """[M] node where the arc begins (rising)."""
    head: Int32
    """[M] node where the arc ends."""
    half_edge: Int32
    """[M] half-edge that the arc drives."""
    first_in: Int32
    """[N+1] positions `first_in[v] : first_in[v+1]` of `in_arc` enter node v."""
    in_arc: Int32
    """[M] arcs sorted by head."""
    first_arrival: Int32
    """[2E+1] positions of `arrival_node` for each half-edge; empty where not drivable."""
    arrival_node: Int32
    """[M] nodes from which a half-edge can be driven; that of the uncopied junction comes first."""
    start_nodes: Int32
    """[2E, 2] node of the junction where a half-edge begins, and how many nodes it has."""
    departure_node: Int32
    """[2E] node reached by driving a half-edge with nothing driven before; -1 not drivable."""

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @property
    def junctions(self) -> int:
        """Number of junctions."""
        return len(self.junction_lon)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.edge_tail)

    @property
    def nodes(self) -> int:
        """Number of nodes: junctions and their copies."""
        return len(self.node_origin)

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.head)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Every array by name, for `numpy.savez`. `from_arrays` is the inverse."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.generic]]) -> "RoadGraph":
        """The graph that `to_arrays` gave out.

        Raises `ValueError` naming the array that is missing, or has another dtype or shape.
        """
        given = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        missing = [field.name for field in fields(cls) if field.name not in given]
        if missing:
            msg = f"road graph lacks the arrays {', '.join(missing)}"
            raise ValueError(msg)
        for name, dtype in _DTYPES.items():
            if given[name].dtype != dtype:
                msg = f"road graph array {name} is {given[name].dtype}, must be {dtype}"
                raise ValueError(msg)
        graph = cls(**{field.name: given[field.name].copy() for field in fields(cls)})
        graph._check_shapes()
        return graph

    def _check_shapes(self) -> None:
        edges, arcs, nodes = self.edges, self.arcs, self.nodes
        expected = {
            "junction_lat": (self.junctions,),
            "junction_node": (self.junctions,),
            "junction_copies": (self.junctions,),
            "edge_head": (edges,),
            "edge_length_m": (edges,),
            "edge_class": (edges,),
            "edge_street": (edges,),
            "edge_area": (edges,),
            "freeflow_ms": (2 * edges,),
            "line_first": (edges + 1,),
            "line_xy": (len(self.line_at), 2),
            "first_out": (nodes + 1,),
            "tail": (arcs,),
            "half_edge": (arcs,),
            "first_in": (nodes + 1,),
            "in_arc": (arcs,),
            "first_arrival": (2 * edges + 1,),
            "arrival_node": (arcs,),
            "departure_node": (2 * edges,),
            "start_nodes": (2 * edges, 2),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                msg = f"road graph array {name} has shape {getattr(self, name).shape}, not {shape}"
                raise ValueError(msg)


_DTYPES: dict[str, np.dtype[np.generic]] = {
    **dict.fromkeys(("junction_lon", "junction_lat", "line_xy", "line_at"), np.dtype(np.float64)),
    **dict.fromkeys(
        (
            "junction_node",
            "junction_copies",
            "edge_tail",
            "edge_head",
            "edge_street",
            "freeflow_ms",
            "line_first",
        ),
        np.dtype(np.int32),
    ),
    **dict.fromkeys(
        ("node_origin", "first_out", "tail", "head", "half_edge", "first_in", "in_arc"),
        np.dtype(np.int32),
    ),
    **dict.fromkeys(
        ("first_arrival", "arrival_node", "departure_node", "start_nodes"), np.dtype(np.int32)
    ),
    "edge_length_m": np.dtype(np.float32),
    "edge_class": np.dtype(np.uint8),
    "edge_area": np.dtype(np.int16),
}
