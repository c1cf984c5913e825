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

from wardmote.core.domain.problem import Problem

MOST_UNPACKED = 400_000_000
_ENCODINGS = ("utf-8", "gb18030")
_BAD = (
    zipfile.BadZipFile, zlib.error, shapefile.ShapefileException, struct.error, ValueError,
    IndexError, KeyError, EOFError, TypeError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What a damaged archive or shapefile makes its readers raise."""


class ShapefileProblem(Problem):
    """A zipped shapefile that cannot be read."""


def is_zip(data: bytes) -> bool:
    """Whether these bytes are a zip archive."""
    return data[:4] == b"PK\x03\x04"


def read_shapefile(data: bytes) -> tuple[list[tuple[Mapping[str, Any], Any]], str]:
    """(attributes, GeoJSON geometry or None) of each record, and the text of the ``.prj``.

    Attributes are decoded as the ``.cpg`` says, else as UTF-8, else as GB 18030.

    Raises:
        ShapefileProblem: no, or more than one, shapefile inside; damaged; or far too large.
    """
    try:
        parts, crs, encodings = _parts(data)
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


def _records(
    parts: Mapping[str, bytes], encodings: tuple[str, ...]
) -> list[tuple[Mapping[str, Any], Any]]:
    for encoding in encodings:
        streams = {ending: io.BytesIO(data) for ending, data in parts.items()}
        try:
            with shapefile.Reader(**streams, encoding=encoding) as reader:
                return [
                    (dict(record.record.as_dict()), _geometry(record.shape))
                    for record in reader.iterShapeRecords()
                ]
        except (UnicodeDecodeError, LookupError, shapefile.ShapefileException):
            continue  # its reader wraps errors of decoding in its own
    raise ShapefileProblem(
        zh="属性表的文字编码无法识别；请以 UTF-8 重新导出。",
        en="The encoding of the attributes is not known; export them in UTF-8.",
    )


def _geometry(shape: Any) -> Any:
    if shape.shapeType == shapefile.NULL:
        return None
    return shape.__geo_interface__
