from __future__ import annotations

import gzip
import os
from pathlib import Path

import osmium
import pytest

from wardmote.gateways.osm.roads import read_roads
from wardmote.gateways.osm.source import OsmFileProblem, open_source

XML = (
    '<?xml version="1.0"?><osm version="0.6"><node id="1" lat="27.0" lon="111.0" version="1"/>'
    '<node id="2" lat="27.0" lon="111.01" version="1"/><way id="5" version="1"><nd ref="1"/>'
    '<nd ref="2"/><tag k="highway" v="residential"/></way></osm>'
)


@pytest.mark.parametrize("name", ["a.osm", "a.xml", "strange.name", "wrong.osm.pbf"])
def test_the_format_is_seen_from_the_content_whatever_the_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(XML, encoding="utf-8")
    assert len(read_roads(open_source(path)).ways) == 1


def test_compressed_xml_and_opl_are_read(tmp_path: Path) -> None:
    packed = tmp_path / "a.osm.gz"
    packed.write_bytes(gzip.compress(XML.encode()))
    assert len(read_roads(open_source(packed)).ways) == 1
    opl = tmp_path / "a.opl"
    opl.write_text("n1 v1 x111.0 y27.0\nn2 v1 x111.01 y27.0\nw5 v1 Thighway=road Nn1,n2\n")
    assert len(read_roads(open_source(opl)).ways) == 1


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(OsmFileProblem, match="There is no file"):
        open_source(tmp_path / "none.osm.pbf")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OsmFileProblem, match="is a folder"):
        open_source(tmp_path)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.osm.pbf"
    path.touch()
    with pytest.raises(OsmFileProblem, match="is empty"):
        open_source(path)


@pytest.mark.parametrize("content", [b"hello", b"\x89PNG\r\n\x1a\n" + bytes(64), b"<html></html>"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(OsmFileProblem, match="not an OpenStreetMap file"):
        open_source(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.osm"
    path.write_text(XML)
    path.chmod(0)
    with pytest.raises(OsmFileProblem, match="cannot be read"):
        open_source(path)


def test_truncated_files_are_refused_at_any_length(tmp_path: Path) -> None:
    whole = tmp_path / "whole.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for number in range(2000):
            node = osmium.osm.mutable.Node(
                id=number + 1, version=1, location=(111 + number * 1e-4, 27.0)
            )
            writer.add_node(node)
    data = whole.read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    for length in (len(data) - 1, len(data) * 2 // 3, len(data) // 2):
        cut.write_bytes(data[:length])
        with pytest.raises(OsmFileProblem, match="truncated or damaged"):
            read_roads(open_source(cut))


def test_truncated_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.osm"
    path.write_text(XML[: len(XML) // 2])
    with pytest.raises(OsmFileProblem, match="truncated or damaged"):
        read_roads(open_source(path))


def test_problems_are_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(OsmFileProblem) as caught:
        open_source(tmp_path / "none")
    assert "找不到文件" in caught.value.message.zh
    assert "Check the path" in caught.value.message.en
