"""Shapefiles in a zip: shapes, attributes, and the reference system of the ``.prj``."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import shapefile  # type: ignore[import-untyped]  # it has no stubs
import shapely
import shapely.errors
import shapely.geometry

from wardmote.core.domain.problem import Problem

MOST_UNPACKED = 300_000_000
MOST_POINTS = 5_000_000
"""Of all boundaries of a file. Counted in the file itself, before a point becomes an object."""

_HEADER, _RECORD_HEADER = 100, 8
_COUNTED = {3, 5, 13, 15, 23, 25}
"""Lines and polygons, plain, with heights, with measures: 32 bytes of bounds, two counts."""
_ENCODINGS = ("utf-8", "gb18030")
_BAD = (
    zipfile.BadZipFile, zlib.error, shapefile.ShapefileException, struct.error, ValueError,
    IndexError, KeyError, EOFError, TypeError, NotImplementedError, RuntimeError, OSError,
    OverflowError, AttributeError, AssertionError,
)  # fmt: skip
"""What a damaged archive or shapefile makes its readers raise."""


class ShapefileProblem(Problem):
    """A zipped shapefile that cannot be read."""


def shape_of(geometry: Any) -> Any:
    """A shapely shape of a GeoJSON geometry, without heights; None where it is none."""
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError,
            RecursionError, shapely.errors.ShapelyError):  # fmt: skip
        return None  # what a geometry can be made of wrongly is open


def is_zip(data: bytes) -> bool:
    """Whether these bytes are a zip archive."""
    return data[:4] == b"PK\x03\x04"


def is_shapefile(data: bytes) -> bool:
    """Whether these bytes are a zip archive that holds a shapefile; a workbook is another zip."""
    if not is_zip(data):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except _BAD:
        return False


def read_shapefile(
    data: bytes, *, most_records: int
) -> tuple[list[tuple[Mapping[str, Any], Any]], str]:
    """(attributes, shapely shape or None) of each record, and the text of the ``.prj``.

    Attributes are decoded as the ``.cpg`` says, else as UTF-8, else as GB 18030.

    Raises:
        ShapefileProblem: no, or more than one, shapefile inside; damaged; more than `most_records`
            or `MOST_POINTS`; or far too large.
    """
    try:
        parts, crs, encodings = _parts(data)
        _check_size(parts, most_records)
        return _records(parts, encodings), crs
    except _BAD as error:
        raise ShapefileProblem(
            zh=f"shapefile 已损坏，无法读取（{type(error).__name__}）。请重新导出。",
            en=f"The shapefile is damaged and cannot be read ({type(error).__name__}). "
            "Export it again.",
        ) from None


def _parts(data: bytes) -> tuple[dict[str, bytes], str, tuple[str, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise ShapefileProblem(
                zh="压缩包解开后太大。", en="The archive is far too large once unpacked."
            )
        names = {one.filename for one in entries if not one.filename.startswith("__MACOSX")}
        shapes = [name for name in names if name.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise ShapefileProblem(
                zh="压缩包里应恰好有一个 shapefile（.shp、.shx、.dbf，最好还有 .prj）。",
                en="The archive should hold exactly one shapefile (.shp, .shx, .dbf, and best "
                "a .prj).",
            )
        stem = PurePosixPath(shapes[0]).with_suffix("").as_posix()
        of = {
            ending: archive.read(name)
            for ending in ("shp", "shx", "dbf", "prj", "cpg")
            for name in names
            if name.lower() == f"{stem.lower()}.{ending}"
        }
    if "dbf" not in of:
        raise ShapefileProblem(
            zh="压缩包里缺少 .dbf（属性表）。", en="The archive lacks the .dbf, the attributes."
        )
    named = of.pop("cpg", b"").decode("ascii", "ignore").strip()
    crs = of.pop("prj", b"").decode("utf-8", "replace").strip()
    return of, crs, ((named,) if named else ()) + _ENCODINGS


def _check_size(parts: Mapping[str, bytes], most_records: int) -> None:
    """Refuse too many records or points by what the parts say of themselves."""
    (attributes,) = struct.unpack_from("<I", parts["dbf"], 4)
    records, points = _counted(parts["shp"], most_records)
    if max(attributes, records) > most_records:
        raise ShapefileProblem(
            zh=f"文件超过 {most_records} 个图形，请拆分后再导入。",
            en=f"The file has more than {most_records} shapes. Import it in parts.",
        )
    if points > MOST_POINTS:
        raise ShapefileProblem(
            zh=f"边界的点超过 {MOST_POINTS // 10_000} 万个；请先简化。",
            en=f"The boundaries have more than {MOST_POINTS // 1_000_000} million points; "
            "simplify them.",
        )


def _counted(shp: bytes, most_records: int) -> tuple[int, int]:
    """How many records and points a ``.shp`` declares, until there are too many of either."""
    at, records, points = _HEADER, 0, 0
    while at + _RECORD_HEADER + 4 <= len(shp) and records <= most_records:
        words, kind = struct.unpack_from(">I", shp, at + 4)[0], 0
        begin = at + _RECORD_HEADER
        (kind,) = struct.unpack_from("<I", shp, begin)
        if kind in _COUNTED and begin + 44 <= len(shp):
            parts, own = struct.unpack_from("<II", shp, begin + 36)
            points += parts + own
        records += 1
        at = begin + 2 * max(words, 2)
        if points > MOST_POINTS:
            break
    return records, points


def _records(
    parts: Mapping[str, bytes], encodings: tuple[str, ...]
) -> list[tuple[Mapping[str, Any], Any]]:
    for encoding in encodings:
        streams = {ending: io.BytesIO(data) for ending, data in parts.items()}
        try:
            with shapefile.Reader(**streams, encoding=encoding) as reader:
                # Attributes first: only they tell a wrong encoding, and they are small.
                told = [dict(record.as_dict()) for record in reader.iterRecords()]
        except (UnicodeDecodeError, LookupError, shapefile.ShapefileException):
            continue  # its reader wraps errors of decoding in its own
        streams = {ending: io.BytesIO(data) for ending, data in parts.items()}
        with shapefile.Reader(**streams, encoding=encoding) as reader:
            shapes = [_geometry(shape) for shape in reader.iterShapes()]
        return list(zip(told, shapes, strict=True))
    raise ShapefileProblem(
        zh="属性表的文字编码无法识别；请以 UTF-8 重新导出。",
        en="The encoding of the attributes is not known; export them in UTF-8.",
    )


def _geometry(shape: Any) -> Any:
    """A shapely shape, at once, so that points do not stay as objects; None where it is none."""
    if shape.shapeType == shapefile.NULL:
        return None
    return shape_of(shape.__geo_interface__)
