"""`wardmote replay --console`: the invented town lived through on a server of its own."""

from __future__ import annotations

import csv
import datetime
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.replay.invented_town import BLOCK, SOUTH, START_S, WEST, place, post, town_roads

from wardmote.cli import main
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.city_directory import (
    CityContents,
    CityManifest,
    CitySource,
    write_city_directory,
)

CALLS = 20
EVERY_S = 60.0
LIMIT_S = 180.0


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented town as a city directory, with its records and their mapping."""
    folder = tmp_path_factory.mktemp("town")
    book = PlaceBook((), (), (post("1", 0), post("2", 8)), (), (), (), ())
    manifest = CityManifest(
        name=Bilingual("小镇", "Town"),
        country="",
        country_from="default",
        timezone="UTC",
        bounds=(WEST, SOUTH, WEST + 2 * BLOCK, SOUTH + 2 * BLOCK),
        centre=(WEST + BLOCK, SOUTH + BLOCK),
        source=CitySource("generated", "CC0-1.0", "nobody"),
        counts={},
        dropped={},
    )

    def write_map(path: Path) -> int:
        path.write_bytes(b"no tiles")
        return 0

    contents = CityContents(manifest, town_roads(), [], book, [], write_map)
    write_city_directory(folder / "city", contents, force=False)
    write_records(folder / "calls.csv")
    inspect = ["calls", "inspect", str(folder / "calls.csv")]
    wardmote(*inspect, "--write-mapping", str(folder / "m.toml"))
    text = (folder / "m.toml").read_text("utf-8")
    (folder / "m.toml").write_text(text.replace("confirmed = false", "confirmed = true"), "utf-8")
    with (folder / "units.csv").open("w", newline="") as file:
        rows = [(f"E{n + 1}", "engine", str(n % 2 + 1)) for n in range(4)]
        rows.append(("Ladder 3/b", "ladder", "2"))
        csv.writer(file).writerows([("unit", "kind", "post"), *rows])
    return folder


def write_records(path: Path) -> None:
    """Calls at changing junctions, sometimes closer together than the engines can serve them."""
    columns = [
        "Call Number", "Unit ID", "Unit Type", "Nature", "Priority", "Longitude", "Latitude",
        "Received", "Dispatched", "En Route", "On Scene", "Available",
    ]  # fmt: skip
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        for number in range(CALLS):
            lon, lat = place((number * 5) % 9)
            received_s = START_S + number * EVERY_S
            crew = [(f"E{number % 4 + 1}", "engine")]
            if number % 6 == 0:
                crew.append(("Ladder 3/b", "ladder"))
            for name, kind in crew:
                stamps = [received_s + after for after in (0, 10, 40, 120, 170)]
                # The last unit was cleared before it arrived.
                shown = [moment(one) for one in stamps]
                if number == CALLS - 1:
                    shown[3] = ""
                where = ("", "") if number == 4 else (f"{lon:.6f}", f"{lat:.6f}")
                row = [f"A{number:04d}", name, kind, "Structure fire", "1", *where, *shown]
                table.writerow(row)


def moment(at_s: float) -> str:
    return datetime.datetime.fromtimestamp(at_s, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")


def wardmote(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "wardmote.cli", *arguments],
        capture_output=True, text=True, check=False, timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def replay(town: Path, *more: str) -> list[str]:
    return [
        "replay", "--city", str(town / "city"), "--calls", str(town / "calls.csv"),
        "--mapping", str(town / "m.toml"), "--units", str(town / "units.csv"), *more,
    ]  # fmt: skip


def free_port() -> str:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command makes its temporary home."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def left_behind(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name.startswith("wardmote-replay-")]


def report_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_the_server_lives_through_the_same_run(town: Path, temporary: Path) -> None:
    shown, silent = temporary / "shown.json", temporary / "silent.json"
    wardmote(*replay(town, "--json", str(silent)))
    console = ("--console", "--speed", "120", "--port", free_port(), "--json", str(shown))
    wardmote(*replay(town, *console))
    with_console = report_of(shown)
    server = with_console.pop("console")
    assert with_console == report_of(silent)  # watching changes nothing
    assert server["refused"] == []
    assert (server["open_at_end"], server["busy_at_end"]) == (0, 0)
    assert server["calls_entered"] == server["calls_closed"] == CALLS
    assert server["calls_entered"] == with_console["calls"]["processed"]
    assert server["units_sent"] == with_console["queueing"]["units_sent"] > CALLS // 2
    first = server["first_unit"]
    assert first["compared"] + first["nobody_free"] == CALLS - 1  # one call has no position
    assert first["compared"] > CALLS // 2
    assert first["different"].get("unexplained", 0) == 0
    assert first["equal"] + sum(first["different"].values()) == first["compared"]
    assert left_behind(temporary) == []


def test_an_interrupt_ends_everything_and_leaves_nothing(town: Path, temporary: Path) -> None:
    command = [sys.executable, "-m", "wardmote.cli"]
    command += replay(town, "--console", "--speed", "1", "--port", free_port(), "--json",
                      str(temporary / "never.json"))  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LANG": "C", "LC_ALL": "C"},
    )  # fmt: skip
    assert process.stderr is not None
    told = ""
    for line in process.stderr:  # ends when the run has begun, or with the process
        told += line
        if line.startswith("Replaying"):
            break
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT_S) == 130, told + process.stderr.read()
    assert left_behind(temporary) == []
    assert not (temporary / "never.json").exists()


def test_a_console_cannot_be_hurried_beyond_its_clock(town: Path) -> None:
    done = CliRunner().invoke(main, replay(town, "--console", "--speed", "500"))
    assert done.exit_code == 2
    assert "120" in done.output
