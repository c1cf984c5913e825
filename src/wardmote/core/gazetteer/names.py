"""The entries of the name index."""

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.text import Bilingual

NOWHERE = Bilingual(zh="", en="")
"""The context of a name about whose surroundings nothing is known."""


class NameKind(StrEnum):
    """What a name stands for."""

    STREET = "street"
    CROSSING = "crossing"
    POI = "poi"
    KEY_PLACE = "key_place"
    VILLAGE = "village"
    POST = "post"


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number of a street and where it is, in WGS-84 degrees."""

    number: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One place that can be found by name.

    Attributes:
        name: at least one of its two languages is not empty.
        alternatives: other names by which people may ask, in either language, and the words for
            its kind (`kinds`).
        lon, lat: WGS-84 degrees; for a street a point on it near its middle.
        rank: 0 (best known) to 9; settles ties.
        context: the place it lies in; both languages empty when unknown.
        ref: for a street its row in the street names; for a crossing both rows as ``"a/b"``, the
            smaller first; else an id, or empty.
        numbers: house numbers known along a street, rising; empty for everything else.
    """

    kind: NameKind
    name: Bilingual
    lon: float
    lat: float
    rank: int = 5
    alternatives: tuple[str, ...] = ()
    context: Bilingual = NOWHERE
    ref: str = ""
    numbers: tuple[HouseNumber, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.zh and not self.name.en:
            msg = f"a {self.kind} at {self.lon}, {self.lat} has no name"
            raise ValueError(msg)


def crossing_ref(street: str, other: str) -> str:
    """The `ref` of the crossing of two streets given by their own `ref`."""
    first, second = sorted((int(street), int(other)))
    return f"{first}/{second}"
