"""Opening an OpenStreetMap file, and saying plainly what is wrong with it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import osmium

from wardmote.core.domain.problem import Problem


class OsmFileProblem(Problem):
    """An OSM file that is missing, empty, truncated, of another format, or without roads."""


@dataclass(frozen=True, slots=True)
class OsmSource:
    """An OSM file that exists and looks like what it is read as.

    Attributes:
        format: as libosmium calls it: ``pbf``, ``xml``, ``opl`` or one of them compressed.
    """

    path: Path
    format: str

    def file(self) -> osmium.io.File:
        """What pyosmium reads."""
        return osmium.io.File(str(self.path), self.format)

    def sha256(self) -> str:
        """Digest of the whole file, lower-case hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def open_source(path: Path) -> OsmSource:
    """Look at the first bytes of a file to see what it is; the name does not matter.

    Raises `OsmFileProblem` when it is missing, empty or no OSM file.
    """
    if path.is_dir():
        raise OsmFileProblem(
            zh=f"{path} 是文件夹。请给出一个 OpenStreetMap 文件，例如 city.osm.pbf。",
            en=f"{path} is a folder. Give an OpenStreetMap file, such as city.osm.pbf.",
        )
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise OsmFileProblem(
            zh=f"找不到文件 {path}。请检查路径。",
            en=f"There is no file {path}. Check the path.",
        ) from None
    except OSError as error:
        raise OsmFileProblem(
            zh=f"无法读取 {path}：{error.strerror}。请检查权限。",
            en=f"{path} cannot be read: {error.strerror}. Check its permissions.",
        ) from None
    if not head:
        raise OsmFileProblem(
            zh=f"{path} 是空文件，可能下载失败，请重新下载。",
            en=f"{path} is empty; the download probably failed. Download it again.",
        )
    found = _format(head)
    if found is None:
        raise OsmFileProblem(
            zh=f"{path} 不是 OpenStreetMap 文件。可用 .osm.pbf、.osm（XML）、.opl 或其压缩文件。",
            en=f"{path} is not an OpenStreetMap file. Use .osm.pbf, .osm (XML), .opl, or one of "
            "them compressed.",
        )
    return OsmSource(path=path, format=found)


def _format(head: bytes) -> str | None:
    if b"OSMHeader" in head[:64]:
        return "pbf"
    if head.startswith(b"\x1f\x8b"):
        return "osm.gz"
    if head.startswith(b"BZh"):
        return "osm.bz2"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"<?xml", b"<osm")) and b"<osm" in text:
        return "osm"
    first = text.split(b"\n", 1)[0]
    if first[:1] in b"nwr" and first[1:2].isdigit() and b" " in first:
        return "opl"
    return None


@contextmanager
def reading(source: OsmSource) -> Iterator[None]:
    """Turn libosmium's errors inside the block into an `OsmFileProblem`."""
    try:
        yield
    except RuntimeError as error:
        # libosmium has no error types of its own in Python: all of them arrive as RuntimeError.
        raise OsmFileProblem(
            zh=f"读取 {source.path} 中断（{error}）。文件不完整或已损坏，请重新下载后再试。",
            en=f"Reading {source.path} stopped: {error}. The file is truncated or damaged; "
            "download it again.",
        ) from error
