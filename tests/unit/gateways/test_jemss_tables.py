from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from wardmote.gateways.jemss.tables import find, read_tables


def test_several_tables_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "travel_1.csv"
    path.write_text("modes,,\nindex,speed,note\n1,352,quick\n2,264,\n,,\nsets,1\nstart,set\n0,1\n")
    tables = read_tables(path)
    assert tables["modes"]["speed"] == ["352", "264"]
    assert tables["sets"] == {"start": ["0"], "set": ["1"]}


def test_a_gzipped_file_reads_alike(tmp_path: Path) -> None:
    path = tmp_path / "nodes.csv.gz"
    path.write_bytes(gzip.compress(b"nodes,1,\nindex,x,y\n1.0,2.5,3.5\n"))
    assert read_tables(find(tmp_path, "nodes"))["nodes"]["x"] == ["2.5"]


def test_a_table_without_a_header_says_where(tmp_path: Path) -> None:
    path = tmp_path / "map_1.csv"
    path.write_text("map,1")
    with pytest.raises(ValueError, match=r"map_1\.csv, row 1: the table map has no header"):
        read_tables(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no file stations"):
        find(tmp_path, "stations")
