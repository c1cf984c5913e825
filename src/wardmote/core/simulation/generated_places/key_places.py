"""Schools, hospitals, stations, markets and government offices of the settlements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from wardmote.core.domain.places import KeyPlace
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.naming import Namer
from wardmote.core.simulation.generated_places.network import Network
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.simulation.generated_places.roads import middles
from wardmote.core.simulation.generated_places.scales import Scale
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.simulation.generated_places.town_streets import TownStreets
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]

RADIUS_M: dict[str, float] = {
    "school": 120.0,
    "hospital": 150.0,
    "station": 200.0,
    "market": 120.0,
    "government": 120.0,
}
LANDUSE: dict[str, str] = {
    "school": "education",
    "hospital": "medical",
    "station": "commercial",
    "market": "commercial",
    "government": "commercial",
}
_SETBACK_M = 42.0
_PLOT_M = 30.0
_HOSPITALS = (("人民医院", "People's Hospital"), ("中医院", "Hospital of Chinese Medicine"),
              ("妇幼保健院", "Maternity and Children's Hospital"))  # fmt: skip
_SCHOOLS = (
    ("小学", "Primary School"),
    ("中学", "Middle School"),
    ("实验小学", "Experimental Primary School"),
)


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """A key place with its ground on the plane."""

    place: KeyPlace
    settlement: int
    ground: Polygon


def plan_key_places(
    scale: Scale,
    territory: Territory,
    towns: list[TownStreets],
    stems: list[Bilingual],
    network: Network,
    rng: np.random.Generator,
    namer: Namer,
) -> tuple[PlannedPlace, ...]:
    """Key places on the campuses that the streets left free, else beside main streets."""
    planned: list[PlannedPlace] = []
    edge_middle = middles(network)
    for number, (settlement, town) in enumerate(zip(territory.settlements, towns, strict=True)):
        kinds = _wanted(settlement.is_seat, settlement.radius_m)
        grounds = _grounds(number, town, network, edge_middle, len(kinds), rng)
        names = _Names(
            stems[number],
            settlement.is_seat and scale is not Scale.TOWN,
            f"key places {number}",
            namer,
        )
        for kind, plot in zip(kinds, grounds, strict=False):
            ((lon, lat),) = to_wgs84(shapely.get_coordinates(plot.centroid)).tolist()
            place = KeyPlace(
                f"key-{len(planned) + 1:04d}", names.give(kind), kind, lon, lat, RADIUS_M[kind]
            )
            planned.append(PlannedPlace(place, number, plot))
    return tuple(planned)


def _wanted(seat: bool, radius_m: float) -> list[str]:
    """Kinds in the order in which ground is given out: what lies nearest the centre first."""
    if not seat:
        return ["government", "market", "school", "hospital", "station"]
    size = max(1, round((radius_m / 1_650.0) ** 1.5))
    kinds = ["government", "market", "hospital", "school", "market", "school", "station"]
    kinds += ["school", "school", "hospital", "market", "school"] * size
    return [*kinds, "station"]


def _grounds(
    number: int,
    town: TownStreets,
    network: Network,
    edge_middle: Float64,
    wanted: int,
    rng: np.random.Generator,
) -> list[Polygon]:
    """Campuses and plots beside streets, nearest the centre first, none overlapping another."""
    plots = list(town.sites)
    lesser = (network.road_class >= RoadClass.SECONDARY) & (
        network.road_class <= RoadClass.RESIDENTIAL
    )
    edges = np.flatnonzero((network.settlement == number) & lesser)
    for edge in rng.permutation(edges)[: 6 * wanted].tolist():
        if len(plots) >= wanted:
            break
        course = network.courses[edge]
        step = course[-1] - course[0]
        length = float(np.hypot(*step))
        if length < 2 * _PLOT_M:
            continue
        along = step / length
        across = np.array((-along[1], along[0]))
        middle = edge_middle[edge] + across * _SETBACK_M
        corners = [
            middle + a * _PLOT_M * along + b * _PLOT_M * across
            for a, b in ((-1, -0.8), (1, -0.8), (1, 0.8), (-1, 0.8))
        ]
        plot = Polygon(np.round(corners, 2))
        if not any(plot.intersects(other) for other in plots):
            plots.append(plot)
    centre = shapely.Point(town.outline.centroid)
    return sorted(plots, key=lambda plot: float(plot.distance(centre)))[:wanted]


class _Names:
    """Names of one settlement's key places."""

    def __init__(self, stem: Bilingual, seat: bool, scope: str, namer: Namer) -> None:
        self._stem, self._seat, self._scope, self._namer = stem, seat, scope, namer
        self._count: dict[str, int] = {}

    def give(self, kind: str) -> Bilingual:
        """The name of the next place of a kind."""
        order = self._count.get(kind, 0)
        self._count[kind] = order + 1
        own = self._stem
        if kind == "government":
            zh, en = (
                ("县人民政府", "County Government") if self._seat else ("镇政府", "Town Government")
            )
        elif kind == "station":
            zh, en = ("汽车站", "Coach Station") if order == 0 else ("火车站", "Railway Station")
        elif kind == "hospital" and not self._seat:
            zh, en = "卫生院", "Health Centre"
        elif kind == "hospital" and order < len(_HOSPITALS):
            zh, en = _HOSPITALS[order]
        elif kind == "school" and not self._seat:
            zh, en = "中心小学", "Central Primary School"
        else:
            own = self._namer.community(self._scope)
            zh, en = {
                "hospital": ("医院", "Hospital"),
                "school": _SCHOOLS[order % len(_SCHOOLS)],
                "market": ("农贸市场", "Farmers' Market"),
            }[kind]
        return Bilingual(zh=f"{own.zh}{zh}", en=f"{own.en} {en}")
