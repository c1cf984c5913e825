"""The city directory: everything known about a place, in one folder.

The files and their formats are described in ``docs/reference/city-directory.md``. The same contents
give the same bytes. A directory is written beside its final name and renamed when it is complete.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.names import HouseNumber, NameEntry, NameKind
from wardmote.core.gazetteer.search import Gazetteer
from wardmote.core.travel.graph import Int32, RoadGraph
from wardmote.core.travel.hierarchy.contraction import Contraction
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.places.road_order import (
    ROAD_ORDER,
    contraction_of,
    kept_order,
    packed_order,
)
from wardmote.operations.places.whole_files import npz, sync_folder, write

FORMAT = "wardmote-city/1"
MANIFEST = "city.json"
ROADS = "roads.npz"
STREETS = "street_names.json"
PLACES = "places.json"
NAMES = "names.jsonl"
MAP = "map.pmtiles"

T = TypeVar("T")


class CityDirectoryProblem(Problem):
    """A city directory that is missing, damaged, of another format, or in the way."""


@dataclass(frozen=True, slots=True)
class CitySource:
    """Where a place's data came from.

    Attributes:
        kind: ``osm`` or ``generated``.
        file: name of the source file, without its folder; empty when generated.
        sha256: digest of the source file, lower-case hex; empty when generated.
        datum: datum of the source's coordinates: ``WGS-84``, ``GCJ-02`` or ``BD-09``.
        seed: of a generated place; else None.
    """

    kind: str
    licence: str
    attribution: str
    file: str = ""
    sha256: str = ""
    datum: str = "WGS-84"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size and digest (lower-case hex) of one file of the directory."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CityManifest:
    """``city.json``. Counts and drop reasons are open lists: readers show what they find.

    Attributes:
        bounds: west, south, east, north.
        centre: longitude, latitude.
        country: ISO 3166-1 alpha-2, or empty when unknown.
        country_from: ``option``, ``file``, ``outline``, ``default`` or ``generated``.
    """

    name: Bilingual
    country: str
    country_from: str
    timezone: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    source: CitySource
    counts: dict[str, int]
    dropped: dict[str, int]
    options: dict[str, str] = field(default_factory=dict)
    format: str = FORMAT
    files: dict[str, FileRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CityContents:
    """What a builder hands over to be written.

    `manifest.files` is filled in by the writer, and so are the counts of files' rows.
    `write_map` writes the base map to the path it is given and returns its number of tiles.
    `road_order` is worked out while writing, unless it is known already.
    """

    manifest: CityManifest
    graph: RoadGraph
    street_names: Sequence[Bilingual]
    place_book: PlaceBook
    names: Sequence[NameEntry]
    write_map: Callable[[Path], int]
    road_order: Int32 | None = None


class _NameLine(msgspec.Struct, omit_defaults=True):
    """A line of ``names.jsonl``."""

    kind: str
    zh: str
    en: str
    alt: tuple[str, ...]
    lon: float
    lat: float
    rank: int
    context: Bilingual
    ref: str
    numbers: tuple[tuple[int, float, float], ...] = ()


class CityDirectory:
    """A complete city directory on disk. A file is read, and its digest checked, when asked for."""

    def __init__(self, path: Path, manifest: CityManifest) -> None:
        self.path = path
        self.manifest = manifest
        self._checked: set[str] = set()

    @classmethod
    def open(cls, path: Path | str) -> "CityDirectory":
        """Open a directory by its manifest.

        Raises `CityDirectoryProblem` when there is none, or it is of a format not known here.
        """
        folder = Path(path)
        try:
            raw = (folder / MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise CityDirectoryProblem(
                zh=f"{folder} 不是城市目录（没有 {MANIFEST}）。请先用 wardmote city build 或 "
                "wardmote city generate 建立。",
                en=f"{folder} is not a city directory (it has no {MANIFEST}). Make one with "
                "'wardmote city build' or 'wardmote city generate'.",
            ) from None
        try:
            found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get("format")
            if found is None or msgspec.json.decode(found) != FORMAT:
                raise CityDirectoryProblem(
                    zh=f"{folder} 的格式不是 {FORMAT}，请用本版本重新建立。",
                    en=f"{folder} is not of the format {FORMAT}; build it again with this version.",
                )
            manifest = msgspec.json.decode(raw, type=CityManifest)
        except msgspec.DecodeError as error:
            raise _damaged(folder / MANIFEST, str(error)) from error
        return cls(folder, manifest)

    @property
    def map_path(self) -> Path:
        """The base map; its digest is checked the first time."""
        return self._file(MAP)

    def road_graph(self) -> RoadGraph:
        """The road graph."""
        path = self._file(ROADS)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return RoadGraph.from_arrays({name: arrays[name] for name in arrays.files})
        except (ValueError, zipfile.BadZipFile) as error:
            raise _damaged(path, str(error)) from error

    def road_order(self) -> Int32 | None:
        """The order in which the roads are contracted, if it has been worked out."""
        return kept_order(self.path, self._digest_of(ROADS))

    def contraction(self, graph: RoadGraph) -> Contraction:
        """The contraction of `road_graph`: by the order kept here, else in up to a minute."""
        return contraction_of(self.path, self._digest_of(ROADS), graph)

    def travel_times(self) -> TravelTimes:
        """Driving times by free flow, with a hierarchy."""
        travel = TravelTimes.of(graph := self.road_graph())
        return travel.with_hierarchy(Hierarchy.of(graph, travel.metric, self.contraction(graph)))

    def street_names(self) -> list[Bilingual]:
        """Row *n* names street *n* of the graph."""
        return self._decode(STREETS, list[Bilingual])

    def place_book(self) -> PlaceBook:
        """Divisions, beats, posts, key places, zones, units, staff."""
        return self._decode(PLACES, PlaceBook)

    def names(self) -> list[NameEntry]:
        """The entries of the name index."""
        path = self._file(NAMES)
        try:
            lines = msgspec.json.Decoder(_NameLine).decode_lines(path.read_bytes())
            return [_entry(line) for line in lines]
        except (msgspec.DecodeError, ValueError) as error:
            raise _damaged(path, str(error)) from error

    def gazetteer(self) -> Gazetteer:
        """Address search over the names. Building it takes seconds for a large place: keep it."""
        return Gazetteer(self.names())

    def verify(self) -> None:
        """Check the digest of every file; `CityDirectoryProblem` names the first that differs."""
        for name in self.manifest.files:
            self._file(name)

    def _decode(self, name: str, shape: type[T]) -> T:
        path = self._file(name)
        try:
            return msgspec.json.decode(path.read_bytes(), type=shape)
        except msgspec.DecodeError as error:
            raise _damaged(path, str(error)) from error

    def _digest_of(self, name: str) -> str:
        self._file(name)
        return self.manifest.files[name].sha256

    def _file(self, name: str) -> Path:
        path = self.path / name
        if name in self._checked:
            return path
        record = self.manifest.files.get(name)
        if record is None or not path.is_file():
            raise _damaged(path, "missing")
        if path.stat().st_size != record.bytes or _digest(path) != record.sha256:
            raise _damaged(path, "its content is not what city.json says")
        self._checked.add(name)
        return path


def write_city_directory(path: Path, contents: CityContents, *, force: bool) -> CityDirectory:
    """Write a complete directory at `path`, or nothing.

    Raises `CityDirectoryProblem` when something is there already and `force` is not set, or what is
    there is not a city directory (which is never replaced).
    """
    check_destination(path, force=force)
    with _replacing(path) as draft:
        write(draft / ROADS, npz(contents.graph.to_arrays()))
        write(draft / STREETS, _pretty(list(contents.street_names)))
        write(draft / PLACES, _pretty(contents.place_book))
        lines = (msgspec.json.encode(_line(entry)) for entry in contents.names)
        write(draft / NAMES, b"".join(line + b"\n" for line in lines))
        tiles = contents.write_map(draft / MAP)
        counts = dict(contents.manifest.counts)
        counts |= {
            "junctions": contents.graph.junctions,
            "edges": contents.graph.edges,
            "streets": len(contents.street_names),
            "names": len(contents.names),
            "tiles": tiles,
        }
        files = {
            name: FileRecord(bytes=(draft / name).stat().st_size, sha256=_digest(draft / name))
            for name in (ROADS, STREETS, PLACES, NAMES, MAP)
        }
        order = packed_order(contents.graph, files[ROADS].sha256, contents.road_order)
        write(draft / ROAD_ORDER, order)
        manifest = replace(contents.manifest, counts=counts, files=files)
        write(draft / MANIFEST, _pretty(manifest))
    return CityDirectory.open(path)


def check_destination(path: Path, *, force: bool) -> None:
    """Raise `CityDirectoryProblem` unless a city directory may be written at `path`."""
    if not path.parent.is_dir():
        raise CityDirectoryProblem(
            zh=f"文件夹 {path.parent} 不存在，请先建立。",
            en=f"The folder {path.parent} does not exist; make it first.",
        )
    if not path.exists() and not path.is_symlink():
        return
    is_ours = (path / MANIFEST).is_file() or (path.is_dir() and not any(path.iterdir()))
    if not is_ours or path.is_symlink():
        raise CityDirectoryProblem(
            zh=f"{path} 已存在，而且不是城市目录，不会覆盖。请换一个名称。",
            en=f"{path} exists and is not a city directory, so it is never replaced. "
            "Choose another name.",
        )
    if not force and any(path.iterdir()):
        raise CityDirectoryProblem(
            zh=f"{path} 已存在。要替换它，请加上 --force。",
            en=f"{path} exists already. Add --force to replace it.",
        )


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A draft folder beside `path` that takes its place at the end, or is removed."""
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}.building-", dir=path.parent))
    try:
        yield draft
        draft.chmod(0o755)
        sync_folder(draft)
        if path.exists():
            # A folder cannot be swapped in one step everywhere, so the old one steps aside first.
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.replaced-", dir=path.parent))
            path.rename(old / path.name)
            try:
                draft.rename(path)
            except OSError:
                (old / path.name).rename(path)
                raise
            finally:
                shutil.rmtree(old, ignore_errors=True)
        else:
            draft.rename(path)
        sync_folder(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(path: Path, reason: str) -> CityDirectoryProblem:
    return CityDirectoryProblem(
        zh=f"{path} 已损坏（{reason}）。请重新建立城市目录。",
        en=f"{path} is damaged ({reason}). Build the city directory again.",
    )


def _line(entry: NameEntry) -> _NameLine:
    return _NameLine(
        kind=entry.kind.value,
        zh=entry.name.zh,
        en=entry.name.en,
        alt=entry.alternatives,
        lon=round(entry.lon, 7),
        lat=round(entry.lat, 7),
        rank=entry.rank,
        context=entry.context,
        ref=entry.ref,
        numbers=tuple((n.number, round(n.lon, 7), round(n.lat, 7)) for n in entry.numbers),
    )


def _entry(line: _NameLine) -> NameEntry:
    return NameEntry(
        kind=NameKind(line.kind),
        name=Bilingual(zh=line.zh, en=line.en),
        lon=line.lon,
        lat=line.lat,
        rank=line.rank,
        alternatives=line.alt,
        context=line.context,
        ref=line.ref,
        numbers=tuple(HouseNumber(*number) for number in line.numbers),
    )
