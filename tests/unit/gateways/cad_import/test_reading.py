import gzip

import openpyxl
import pytest

from wardmote.gateways.cad_import.reading import (
    TableKind,
    UnreadableFileProblem,
    column_names,
    detect_layout,
    read_rows,
)

ROWS = [["Call", "Place", "When"], ["1", "中山路 1 号", "2024-05-01 08:00:00"]]


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    text = "\n".join(delimiter.join(row) for row in ROWS * 3)
    path = written(tmp_path / "a.csv", text, encoding)
    layout = detect_layout(path)
    assert layout.delimiter == delimiter
    assert column_names(path, layout) == ("Call", "Place", "When")
    assert next(r for n, r in read_rows(path, layout) if n == 2)[1] == "中山路 1 号"


def test_western_letters_are_not_taken_for_chinese(tmp_path):
    path = written(tmp_path / "a.csv", "Nr;Straße\n1;Müllerstraße\n2;Größe Süd\n", "cp1252")
    layout = detect_layout(path)
    assert layout.encoding == "cp1252"
    assert list(read_rows(path, layout))[1][1] == ["1", "Müllerstraße"]


def test_a_title_above_the_header_is_skipped(tmp_path):
    path = written(tmp_path / "a.csv", "Export of May,,\n,,\nCall,Unit,When\n1,E1,2024-05-01\n")
    assert detect_layout(path).header_row == 3


def test_a_file_without_header_gets_numbered_columns(tmp_path):
    path = written(tmp_path / "a.csv", "1,E1,2024-05-01\n2,E2,2024-05-02\n")
    layout = detect_layout(path)
    assert layout.header_row == 0
    assert column_names(path, layout) == ("column 1", "column 2", "column 3")


def test_gzip_and_workbooks_are_read(tmp_path):
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"Call,Unit\n7,E1\n"))
    assert list(read_rows(packed, detect_layout(packed)))[1] == (2, ["7", "E1"])
    book = openpyxl.Workbook()
    book.active.append(["Call", "Unit"])
    book.active.append([7, "E1"])
    book.save(tmp_path / "a.xlsx")
    layout = detect_layout(tmp_path / "a.xlsx")
    assert layout.kind is TableKind.WORKBOOK
    assert list(read_rows(tmp_path / "a.xlsx", layout))[1] == (2, ["7", "E1"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"\x00\x01\x02\x03binary",
        gzip.compress(b"Call,Unit\n" * 99, mtime=0)[:-12],
        b"PK\x03\x04x",
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason_in_both_languages(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileProblem) as refused:
        list(read_rows(path, detect_layout(path)))
    assert "a.csv" in refused.value.message.zh
    assert "a.csv" in refused.value.message.en


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFileProblem):
        detect_layout(tmp_path / "none.csv")
