"""How large a generated place is, and what it has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OFFICERS_PER_POST = 8
ASSISTANTS_PER_POST = 24
VEHICLES_PER_POST: tuple[tuple[str, int], ...] = (
    ("command_car", 1),
    ("patrol_car", 2),
    ("motorcycle", 4),
)
"""What every post has. The patrol vehicles are the cars and motorcycles; the command car is not
counted among them: 33 posts make 198 patrol vehicles and 33 command cars."""

LARGEST_SEED = 2**63 - 1


class Scale(StrEnum):
    """The three sizes of generated place."""

    TOWN = "town"
    COUNTY = "county"
    PREFECTURE = "prefecture"


@dataclass(frozen=True, slots=True)
class ScaleSpec:
    """What a scale has. Counts are exact; radii and areas are what the layout aims at.

    Attributes:
        counties: county-level divisions that are drawn.
        towns_per_county: other towns beside the county seat, in each county.
        villages: villages and communities together, over the whole place.
        residents: their residents, as a count; the divisions' counts add up to it exactly.
        posts: fast-response posts.
        seat_communities: communities in the streets of the first seat, and of every other seat.
        seat_radius_m: radius of the built-up area of the first seat, and of every other seat.
        cell_km2: mean area of a village.
        river_width_m: of the main river.
    """

    counties: int
    towns_per_county: int
    villages: int
    residents: int
    posts: int
    seat_communities: tuple[int, int]
    seat_radius_m: tuple[float, float]
    cell_km2: float
    river_width_m: float


SCALES: dict[Scale, ScaleSpec] = {
    Scale.TOWN: ScaleSpec(
        counties=1,
        towns_per_county=0,
        villages=18,
        residents=62_000,
        posts=3,
        seat_communities=(8, 8),
        seat_radius_m=(1_650.0, 1_650.0),
        cell_km2=3.6,
        river_width_m=90.0,
    ),
    Scale.COUNTY: ScaleSpec(
        counties=1,
        towns_per_county=12,
        villages=250,
        residents=560_000,
        posts=6,
        seat_communities=(24, 24),
        seat_radius_m=(2_900.0, 2_900.0),
        cell_km2=5.2,
        river_width_m=130.0,
    ),
    Scale.PREFECTURE: ScaleSpec(
        counties=12,
        towns_per_county=15,
        villages=3_299,
        residents=7_000_000,
        posts=33,
        seat_communities=(64, 26),
        seat_radius_m=(5_200.0, 2_700.0),
        cell_km2=5.2,
        river_width_m=180.0,
    ),
}
