"""`wardmote forecast` on a file of records."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main
from wardmote.core.studies.forecast_sheet import read_forecast

Run = Callable[..., Result]
FIRST = datetime.datetime(2025, 9, 1)
DAYS = 60


def write(path: Path, days: int) -> Path:
    """Twelve calls of the public and four stops a day, as a control room in Missouri writes."""
    lines = ["datetime,incident,location_txt,type,lat,lon"]
    for day in range(days):
        for number in range(16):
            at = FIRST + datetime.timedelta(days=day, minutes=80 * number + day % 60)
            kind = "TRAFFIC STOP" if number % 4 == 0 else "DISTURBANCE"
            place = ",," if number == 1 else "38.95,-92.33"
            lines.append(f"{at:%m/%d/%Y %I:%M:%S %p},{day}{number:02d},BROADWAY,{kind},{place}")
    # A call without a place has no degrees at all.
    path.write_text("\n".join(line.replace(",,,", ",,") for line in lines) + "\n", "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    origins = tmp_path / "origins.json"
    origins.write_text(json.dumps({"*": "public", "TRAFFIC STOP": "officer"}), "utf-8")
    return {"calls": write(tmp_path / "calls.csv", DAYS), "origins": origins, "out": tmp_path}


def run(*arguments: object, language: str = "en") -> Result:
    words = ["forecast", *(str(part) for part in arguments)]
    return CliRunner(env={"WARDMOTE_LANGUAGE": language}).invoke(main, words)


def test_a_forecast_is_told_and_written_with_its_account(files: dict[str, Path]) -> None:
    whole, hours, days = (files["out"] / name for name in ("f.json", "h.csv", "d.csv"))
    done = run("--calls", files["calls"], "--origins", files["origins"], "--days", 7,
               "--json", whole, "--csv", hours, "--csv-days", days)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Learnt from 720 calls of 60 days (2025-09-01 to 2025-10-30)" in done.stdout
    assert "Refused 240 calls: 240 because officers started them." in done.stdout
    assert "60 have no usable place" in done.stdout
    assert "holidays: US" in done.stdout
    assert "2025-10-31 Fri" in done.stdout
    sheet = read_forecast(json.loads(whole.read_text("utf-8")))
    assert sheet.days[0].mean == pytest.approx(12.0, abs=0.5)
    with hours.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7 * 24 + 1  # clocks are put back on 2 November
    assert sum(float(row["mean"]) for row in rows[:24]) == pytest.approx(
        sheet.days[0].mean, abs=0.1
    )
    assert len(days.read_text("utf-8").splitlines()) == 8


def test_it_is_told_in_chinese(files: dict[str, Path]) -> None:
    done = run("--calls", files["calls"], "--origins", files["origins"], "--method", "climatology",
               "--holidays", "none", language="zh-hans")  # fmt: skip
    assert "不采用 240 起：警员自行发起 240。" in done.stdout
    assert "2025-10-31 周五" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--calls", "{calls}"), "say who began them"),
        (("--calls", "{calls}", "--all-public", "--last-day", "2025-09-20"), "has 20 days"),
        (("--calls", "{calls}", "--all-public", "--last-day", "2026-03-01"), "Nothing was"),
        (("--calls", "{calls}", "--all-public", "--holidays", "XX"), "no holidays for XX"),
        (("--calls", "{names}", "--all-public"), "does not show which column holds the time"),
        (("--calls", "nowhere.csv", "--all-public"), "nowhere.csv"),
        (("--calls", "own", "--mapping", "{origins}"), "takes no --mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    files: dict[str, Path], arguments: tuple[str, ...], told: str
) -> None:
    out = files["out"] / "f.json"
    (files["out"] / "names.csv").write_text("name,colour\nanna,red\nben,blue\n", "utf-8")
    names = {name: str(path) for name, path in files.items()}
    names["names"] = str(files["out"] / "names.csv")
    done = run(*(part.format(**names) for part in arguments), "--json", out)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert not out.exists()
