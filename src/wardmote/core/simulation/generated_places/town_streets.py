"""The streets of one settlement: a warped grid along the river, a ring road, lanes in blocks.

The grid is drawn in coordinates of its own (u along the main street, v across it) and bent onto
the ground by slow waves. Main and cross streets run through; what lies between four of them is a
block, and each block has its own pattern of lanes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.blocks import Block, fill_block
from wardmote.core.simulation.generated_places.lines import Line, StreetTable
from wardmote.core.simulation.generated_places.naming import Namer, with_kind
from wardmote.core.simulation.generated_places.rivers import River
from wardmote.core.simulation.generated_places.shapes import CENTIMETRE, blob
from wardmote.core.simulation.generated_places.territory import Settlement
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]

_STEP_M = 35.0
_SHORTEST_M = 60.0
_RING_SHARE = 0.78
_BRIDGE_EVERY = 6
_BANK_M = 24.0
"""From the water's edge to the middle of the road along it."""
_LARGE_TOWN_M = 1_200.0


@dataclass(slots=True)
class TownStreets:
    """What was drawn for one settlement.

    Attributes:
        gates: float64 [n, 2], ends of main streets where country roads join.
        ring: inside of the ring road; None where there is none.
        sites: campuses: ground beside a street for a key place, with the street's row.
        parks: ground kept green.
        core: ground of the old town, the inner third.
    """

    outline: Polygon
    core: Polygon
    gates: Float64
    ring: Polygon | None
    lines: list[Line] = field(default_factory=list)
    sites: list[Polygon] = field(default_factory=list)
    parks: list[Polygon] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """The settlement's own coordinates, and where its through streets are."""

    centre: Float64
    heading: float
    radius_m: float
    waves: Float64
    u: Float64
    v: Float64
    main_u: NDArray[np.bool_]
    main_v: NDArray[np.bool_]

    def place(self, u: Float64, v: Float64) -> Float64:
        """Grid coordinates [n] onto the plane [n, 2]."""
        du, dv = np.zeros_like(u), np.zeros_like(v)
        for ku, kv, phase, amplitude, share in self.waves:
            wave = amplitude * np.sin(ku * u + kv * v + phase)
            du += share * wave
            dv += (1 - share) * wave
        cos, sin = np.cos(self.heading), np.sin(self.heading)
        x, y = u + du, v + dv
        turned = np.stack((cos * x - sin * y, sin * x + cos * y), axis=1)
        placed: Float64 = np.round(self.centre + turned, CENTIMETRE)
        return placed


def lay_streets(
    number: int,
    settlement: Settlement,
    name: Bilingual,
    rivers: tuple[River, ...],
    rng: np.random.Generator,
    namer: Namer,
    table: StreetTable,
) -> TownStreets:
    """Draw the streets of settlement `number`, called `name` (its stem)."""
    radius = settlement.radius_m
    outline = blob(settlement.centre, radius, rng, roughness=0.1)
    core = shapely.affinity.scale(outline, 0.34, 0.34)
    ring = shapely.affinity.scale(outline, _RING_SHARE, _RING_SHARE)
    town = TownStreets(outline, core, np.empty((0, 2)), ring if settlement.is_seat else None)
    grid = _grid(settlement, rng)
    drawer = _Drawer(number, f"streets {number}", name, rng, namer, table, grid, town)
    drawer.through_streets()
    crossing = [r for r in rivers if shapely.intersects(r.water, outline)]
    if settlement.is_seat:
        drawer.ring_road()
    drawer.blocks(settlement.is_seat)
    for river in crossing:
        drawer.part_at(river)
    town.gates = drawer.gates()
    return town


def _grid(settlement: Settlement, rng: np.random.Generator) -> Grid:
    radius = settlement.radius_m
    if radius > 2_000:
        spacing, every = 270.0, 3
    elif radius > _LARGE_TOWN_M:
        spacing, every = 225.0, 3
    else:
        spacing, every = 190.0, 99
    waves = []
    for length, amplitude in ((2.4 * radius, 0.05 * radius), (1.3 * radius, 0.02 * radius)):
        for share in (0.0, 1.0):
            angle = rng.uniform(0, 2 * np.pi)
            k = 2 * np.pi / (length * rng.uniform(0.85, 1.2))
            phase = rng.uniform(0, 2 * np.pi)
            waves.append((k * np.cos(angle), k * np.sin(angle), phase, amplitude, share))
    u, main_u = _through(radius, spacing, every, rng)
    v, main_v = _through(radius, spacing, every, rng)
    return Grid(
        settlement.centre, settlement.heading, radius, np.array(waves), u, v, main_u, main_v
    )


def _through(
    radius: float, spacing: float, every: int, rng: np.random.Generator
) -> tuple[Float64, NDArray[np.bool_]]:
    """Where through streets cross an axis, and which of them are main streets."""
    sides = []
    for _ in range(2):
        steps = spacing * np.clip(
            rng.normal(1.0, 0.16, size=int(2 * radius / spacing) + 2), 0.6, 1.5
        )
        reach = np.cumsum(steps)
        sides.append(reach[reach < 1.25 * radius])
    at = np.concatenate((-sides[0][::-1], [0.0], sides[1]))
    order = np.arange(len(at)) - len(sides[0])
    return at, order % every == 0


class _Drawer:
    """Draws one settlement; holds what every step needs."""

    def __init__(
        self,
        number: int,
        scope: str,
        name: Bilingual,
        rng: np.random.Generator,
        namer: Namer,
        table: StreetTable,
        grid: Grid,
        town: TownStreets,
    ) -> None:
        self._number, self._scope, self._name = number, scope, name
        self._rng, self._namer, self._table = rng, namer, table
        self._grid, self._town = grid, town
        self._bridges: set[int] = set()
        self._street_of_v: dict[int, tuple[int, Bilingual]] = {}
        self._lanes_of: dict[str, int] = {}

    def _add(
        self, points: Float64, road_class: RoadClass, street: int, *, oneway: bool = False
    ) -> None:
        line = Line(np.round(points, CENTIMETRE), road_class, street, self._number, oneway)
        self._town.lines.append(line)

    def _name_street(self, main: bool) -> tuple[int, Bilingual]:
        stem = self._namer.street(self._scope)
        name = with_kind(stem, "大道", "Avenue") if main and self._rng.random() < 0.2 else None
        if name is None:
            name = with_kind(stem, "路", "Road") if main else with_kind(stem, "街", "Street")
        return self._table.add(name, self._name), name

    def _class(self, order: int, main: bool) -> RoadClass:
        if self._grid.radius_m < _LARGE_TOWN_M:
            return RoadClass.SECONDARY if main else RoadClass.TERTIARY
        if main:
            return RoadClass.PRIMARY if order == 0 else RoadClass.SECONDARY
        return RoadClass.TERTIARY

    def through_streets(self) -> None:
        """Main and cross streets along both axes, clipped to the outline."""
        grid = self._grid
        for along_u in (True, False):
            at, main = (grid.v, grid.main_v) if along_u else (grid.u, grid.main_u)
            middle = int(np.argmin(np.abs(at)))
            for row, position in enumerate(at):
                street, name = self._name_street(bool(main[row]))
                if along_u:
                    self._street_of_v[row] = (street, name)
                self._through_street(
                    float(position), along_u, row - middle, bool(main[row]), street
                )

    def _through_street(
        self, position: float, along_u: bool, order: int, main: bool, street: int
    ) -> None:
        grid, town = self._grid, self._town
        cross = grid.u if along_u else grid.v
        reach = town.outline if main else shapely.affinity.scale(town.outline, 0.97, 0.97)
        for start, end in self._runs(cross, main):
            steps = max(2, int((end - start) / _STEP_M))
            along = np.linspace(start, end, steps + 1)
            across = np.full_like(along, position)
            points = grid.place(along, across) if along_u else grid.place(across, along)
            for part in shapely.get_parts(shapely.intersection(LineString(points), reach)):
                if part.length < _SHORTEST_M:
                    continue
                self._add(shapely.get_coordinates(part), self._class(order, main), street)
                if main and not along_u and order % _BRIDGE_EVERY == 0:
                    self._bridges.add(len(town.lines) - 1)

    def _runs(self, cross: Float64, main: bool) -> list[tuple[float, float]]:
        """Unbroken stretches between cross streets; lesser streets are missing here and there."""
        if main:
            return [(float(cross[0]), float(cross[-1]))]
        gone = 0.07 + 0.22 * (np.abs(cross[:-1] + cross[1:]) / 2 / self._grid.radius_m) ** 2
        kept = self._rng.random(len(cross) - 1) >= gone
        runs, start = [], None
        for row, keep in enumerate(kept):
            if keep and start is None:
                start = row
            if start is not None and not keep:
                runs.append((float(cross[start]), float(cross[row])))
                start = None
        if start is not None:
            runs.append((float(cross[start]), float(cross[-1])))
        return runs

    def ring_road(self) -> None:
        """A closed road around the seat; it bridges the river."""
        if self._town.ring is None:
            return
        street = self._table.add(Bilingual(zh="环城路", en="Ring Road"), self._name)
        points = shapely.get_coordinates(self._town.ring.exterior)
        quarter = len(points) // 4
        for start in range(0, len(points) - 1, quarter):
            piece = points[start : start + quarter + 1]
            if len(piece) > 1:
                self._add(piece, RoadClass.TRUNK, street)
                self._bridges.add(len(self._town.lines) - 1)

    def blocks(self, seat: bool) -> None:
        """Lanes, parks and campuses between the through streets."""
        grid, town = self._grid, self._town
        inside = shapely.affinity.scale(town.outline, 0.95, 0.95)
        ring = None if town.ring is None else town.ring.exterior
        lanes = 0
        for b in range(len(grid.v) - 1):
            for a in range(len(grid.u) - 1):
                middle = grid.place(
                    np.array([(grid.u[a] + grid.u[a + 1]) / 2]),
                    np.array([(grid.v[b] + grid.v[b + 1]) / 2]),
                )[0]
                if not shapely.contains_xy(inside, *middle):
                    continue
                far = float(np.hypot(*(middle - grid.centre))) / grid.radius_m
                block = Block(
                    (float(grid.u[a]), float(grid.u[a + 1])),
                    (float(grid.v[b]), float(grid.v[b + 1])),
                    far,
                    old=bool(seat and shapely.contains_xy(town.core, *middle)),
                )
                content = fill_block(block, self._rng, grid.place)
                town.parks += content.parks
                town.sites += content.sites
                _, base = self._street_of_v[b]
                for lane in content.lanes:
                    line = LineString(lane.points)
                    if ring is not None and shapely.dwithin(line, ring, 38.0):
                        continue
                    lanes += 1
                    self._add(
                        lane.points, lane.road_class, self._lane_name(base), oneway=lane.oneway
                    )

    def _lane_name(self, base: Bilingual) -> int:
        """Lanes are numbered after the street that they leave."""
        used = self._lanes_of
        used[base.zh] = used.get(base.zh, 0) + 1
        number = used[base.zh]
        name = Bilingual(zh=f"{base.zh}{number}巷", en=f"{base.en} Lane {number}")
        return self._table.add(name, self._name)

    def part_at(self, river: River) -> None:
        """Cut at the river every street without a bridge, and run a road along each bank."""
        town = self._town
        half = river.width_m / 2
        near = shapely.buffer(town.outline, 400)
        course = shapely.intersection(river.course, near)
        bank = shapely.buffer(course, half + _BANK_M - 3.0, quad_segs=4)
        shapely.prepare(bank)
        kept: list[Line] = []
        bridges: set[int] = set()
        for row, line in enumerate(town.lines):
            if row in self._bridges:
                bridges.add(len(kept))
                kept.append(line)
                continue
            kept += _outside(line, bank)
        town.lines, self._bridges = kept, bridges
        town.parks = _clear_of(town.parks, bank)
        town.sites = _clear_of(town.sites, bank)
        self._bank_roads(course, half + _BANK_M)

    def _bank_roads(self, course: BaseGeometry, offset: float) -> None:
        reach = shapely.affinity.scale(self._town.outline, 0.93, 0.93)
        for side in (1, -1):
            whole = shapely.offset_curve(course, side * offset, quad_segs=3)
            parts = shapely.get_parts(shapely.intersection(whole, reach))
            zh, en = self._side_of_town(parts, course, side)
            street = self._table.add(
                Bilingual(zh=f"沿江{zh}路", en=f"Riverside {en} Road"), self._name
            )
            for part in parts:
                if part.length > _SHORTEST_M:
                    simple = shapely.simplify(part, 1.0)
                    self._add(shapely.get_coordinates(simple), RoadClass.SECONDARY, street)

    def _side_of_town(
        self, parts: NDArray[np.object_], course: BaseGeometry, side: int
    ) -> tuple[str, str]:
        angle = self._grid.heading + side * np.pi / 2
        if not len(parts) or course.is_empty:
            return "", ""
        compass = (("东", "East"), ("北", "North"), ("西", "West"), ("南", "South"))
        return compass[round(angle / (np.pi / 2)) % 4]

    def gates(self) -> Float64:
        """Ends of main streets on the outline."""
        ends = [
            line.points[end]
            for line in self._town.lines
            if line.road_class in {RoadClass.PRIMARY, RoadClass.SECONDARY}
            for end in (0, -1)
        ]
        points: Float64 = np.array(ends)
        edge = self._town.outline.exterior
        on_edge = shapely.dwithin(shapely.points(points), edge, 1.0)
        open_ends: Float64 = points[on_edge]
        return open_ends


def _outside(line: Line, bank: BaseGeometry) -> list[Line]:
    drawn = LineString(line.points)
    if not shapely.intersects(bank, drawn):
        return [line]
    parts = shapely.get_parts(shapely.difference(drawn, bank))
    return [
        Line(
            np.round(shapely.get_coordinates(part), CENTIMETRE),
            line.road_class,
            line.street,
            line.settlement,
            line.oneway,
        )
        for part in parts
        if part.length > _SHORTEST_M / 2
    ]


def _clear_of(grounds: list[Polygon], bank: BaseGeometry) -> list[Polygon]:
    return [ground for ground in grounds if not shapely.intersects(bank, ground)]
