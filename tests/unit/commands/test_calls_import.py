"""`wardmote calls import` into a deployment's database, by the command itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.commands.test_calls import LINES, run

ROWS = [*LINES, "A9999,E1,Burglary,52.5,13.4,yesterday,,"]
STAMPS_OF_A_CALL = 3


def imported(folder: Path, records: Path) -> str:
    command = [
        sys.executable, "-m", "wardmote.cli", "calls", "import", str(records),
        "--mapping", str(folder / "m.toml"), "--home", str(folder / "home"),
        "--rejects", str(folder / "r.csv"), "--language", "en",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def mapped(folder: Path, records: Path) -> None:
    shown = run("calls", "inspect", records, "--write-mapping", folder / "m.toml")
    assert shown.exit_code == 0, shown.output
    mapping = (folder / "m.toml").read_text(encoding="utf-8")
    (folder / "m.toml").write_text(mapping.replace("confirmed = false", "confirmed = true"))


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(folder / "home" / "wardmote.sqlite3") as database:
        return {
            table: database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in (
                "incidents_incident",
                "incidents_importedrecord",
                "incidents_fieldtimerow",
                "journal_journalentry",
            )
        }


def test_calls_enter_the_database_once_and_every_rejected_row_is_told(tmp_path: Path) -> None:
    records = tmp_path / "calls.csv"
    records.write_text("\n".join(ROWS), encoding="utf-8")
    mapped(tmp_path, records)
    first = imported(tmp_path, records)
    assert "120 added" in first
    assert "row 122, column “Time Received”" in first
    assert '"122","Time Received","yesterday","bad_time"' in (tmp_path / "r.csv").read_text()
    before = rows_of(tmp_path)
    assert len(before["incidents_incident"]) == 120
    assert len(before["incidents_fieldtimerow"]) == STAMPS_OF_A_CALL * 120
    assert before["journal_journalentry"] == []

    again = imported(tmp_path, records)
    assert "0 added, 120 unchanged" in again
    assert "Nothing was changed." in again
    assert rows_of(tmp_path) == before


@pytest.mark.data
def test_a_real_control_rooms_calls_enter_the_database_once(
    shared_data: Path, tmp_path: Path
) -> None:
    records = next((shared_data / "san_francisco").glob("sffd_unit_responses*.csv.gz"))
    mapped(tmp_path, records)
    assert "4770 added" in imported(tmp_path, records)
    before = rows_of(tmp_path)
    assert len(before["incidents_incident"]) == 4_770
    assert "0 added, 4770 unchanged" in imported(tmp_path, records)
    assert rows_of(tmp_path) == before
