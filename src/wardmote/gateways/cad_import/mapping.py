"""What each column of somebody's records means: the contents of a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.problem import Problem
from wardmote.gateways.cad_import.reading import Layout
from wardmote.gateways.datums import Datum

VERSION = 1
DEFAULT_BLANKS = (
    "null", "none", "n/a", "nan", "na", "nil", "nat", "(null)", "<null>", "\\n", "#n/a", "-", "--",
    "—", "——", "/", "无", "空",
)  # fmt: skip


class RowMeaning(StrEnum):
    """What one row is."""

    CALL = "call"
    UNIT = "unit"


class PointOrder(StrEnum):
    """Order of the two numbers in a column that holds both."""

    LAT_LON = "lat,lon"
    LON_LAT = "lon,lat"


class Column(StrEnum):
    """Columns that a mapping can name, time stamps and positions aside."""

    CALL = "call"
    UNIT = "unit"
    UNIT_KIND = "unit_kind"
    STATION = "station"
    UNIT_STATION = "unit_station"
    SEQUENCE = "sequence"
    CATEGORY = "category"
    PRIORITY = "priority"
    ADDRESS = "address"
    AGENCY = "agency"
    DISPOSITION = "disposition"


class MappingProblem(Problem):
    """The mapping is not valid: which key is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the position stands.

    Attributes:
        lat, lon: columns of degrees; empty when the file has none.
        x, y: columns of projected metres or feet (x to the east), with `epsg`.
        point: one column that holds both numbers, such as ``(37.77, -122.41)`` or ``POINT (…)``.
        epsg: coordinate system of `x` and `y`; 0 when not stated yet.
        decimal: ``.`` or ``,``.
        scale: factor from the file's number to degrees, metres or feet.
    """

    lat: str = ""
    lon: str = ""
    x: str = ""
    y: str = ""
    point: str = ""
    point_order: PointOrder = PointOrder.LAT_LON
    epsg: int = 0
    datum: Datum = Datum.WGS84
    decimal: str = "."
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Times:
    """Where the time stamps stand and what the clock was.

    Attributes:
        zone: IANA name of the control room's zone.
        zone_confirmed: a person has checked `zone` and `offset_text`.
        honour_offset: believe an offset or ``UTC`` that a cell itself states.
        format: of every stamp that `formats` does not name.
        columns: stamp -> one column, or a date column and a time column.
        formats: stamp -> its own format.
    """

    zone: str = ""
    zone_confirmed: bool = False
    honour_offset: bool = True
    format: str = "iso"
    columns: Mapping[RecordTime, tuple[str, ...]] = field(default_factory=dict)
    formats: Mapping[RecordTime, str] = field(default_factory=dict)

    def zone_info(self) -> ZoneInfo:
        """The zone; UTC while none is stated."""
        return ZoneInfo(self.zone or "UTC")


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """Everything the reader needs to know about one source.

    Attributes:
        source: name of the source, part of every record's key.
        blanks: cells that mean "unknown", compared without case or outer spaces.
        categories: source category -> code of our category tree; empty code: not decided.
    """

    source: str
    layout: Layout
    rows: RowMeaning
    columns: Mapping[Column, str]
    place: Place
    times: Times
    priorities: Mapping[str, Priority] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    blanks: tuple[str, ...] = ("", *DEFAULT_BLANKS)

    def named_columns(self) -> tuple[str, ...]:
        """Every column that the mapping reads, each once."""
        place = self.place
        names = [*self.columns.values(), place.lat, place.lon, place.x, place.y, place.point]
        names.extend(name for pair in self.times.columns.values() for name in pair)
        return tuple(dict.fromkeys(name for name in names if name))


def wrong(zh: str, en: str) -> MappingProblem:
    """A problem of the mapping, to be raised."""
    return MappingProblem(zh=zh, en=en)


def check_ready(mapping: RecordMapping) -> None:
    """Refuse a mapping with a guess in it that only a person can settle.

    Raises:
        MappingProblem: the zone is not confirmed, or a coordinate system is missing.
    """
    if not mapping.times.zone:
        raise wrong(
            "请在 [times] zone 写出时区，如 Asia/Shanghai。",
            "Write the control room's zone in [times] zone, such as America/Chicago.",
        )
    if not mapping.times.zone_confirmed:
        raise wrong(
            f"时区 {mapping.times.zone} 是猜的；核对后把 [times] zone_confirmed 改为 true。",
            f"The zone {mapping.times.zone} is a guess; check it and set "
            "[times] zone_confirmed = true.",
        )
    if mapping.place.x and not mapping.place.epsg:
        raise wrong(
            "x、y 的坐标系未知；请在 [place] epsg 写出 EPSG 编号。",
            "The coordinate system of x and y is unknown; write its EPSG number in [place] epsg.",
        )
