"""`wardmote twin validate` on a real city's records: two days, to see that it holds."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main

pytestmark = pytest.mark.data

TWO_DAYS = ("2018-01-16", "2018-01-17")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def records(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The calls of a Tuesday and the Wednesday after it."""
    whole = next((shared_data / "san_francisco").glob("sffd_unit_responses*.csv.gz"))
    out = tmp_path_factory.mktemp("records") / "two_days.csv"
    with gzip.open(whole, "rt", encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source)
        with out.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, rows.fieldnames or ())
            writer.writeheader()
            writer.writerows(row for row in rows if row["received_timestamp"].startswith(TWO_DAYS))
    return out


def test_a_day_is_foretold_from_one_day_and_the_errors_and_limits_are_told(
    san_francisco_built: Path, records: Path, tmp_path: Path
) -> None:
    done = run(
        "twin", "validate", "--city", san_francisco_built, "--calls", records,
        "--fit", "2018-01-16..2018-01-16", "--predict", "2018-01-17..2018-01-17", "--runs", 1,
        "--json", tmp_path / "out.json", "--map", tmp_path / "map.geojson",
    )  # fmt: skip
    assert done.exit_code in (0, 1), done.output
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert report["mapping"] == "guessed"
    assert report["zone"] == "America/Los_Angeles"
    found = report["foretold_days"]
    # One day to fit on and one run: the figures are near, not good.
    assert abs(found["mean_error"]) < 0.2
    assert found["ks"] < 0.15
    assert [one["name"] for one in report["by_hour"]] == [f"{hour:02d}" for hour in range(24)]
    assert sum(one["arrivals"] for one in report["by_area"]) == found["recorded"]["arrivals"]
    assert len(report["not_modelled"]) >= 5
    tried = report["trial"]
    assert (report["engine"], tried["engine"]) == ("replay", "trial")
    assert abs(tried["foretold_days"]["mean_error"]) < 0.25
    assert tried["foretold_days"]["ks"] < 0.15
    assert tried["fit"]["times"] > 200
    assert tried["not_modelled"] != report["not_modelled"]
    places = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))
    assert len(places["features"]) > 30


def test_the_engine_of_trials_alone_needs_no_replay(
    san_francisco_built: Path, records: Path, tmp_path: Path
) -> None:
    done = run(
        "twin", "validate", "--city", san_francisco_built, "--calls", records, "--check",
        "--fit", "2018-01-16", "--predict", "2018-01-17", "--runs", 2, "--engine", "trial",
        "--json", tmp_path / "out.json",
    )  # fmt: skip
    assert done.exit_code in (0, 1), done.output
    assert "The engine that tries plans" in done.output
    assert "Run 1 of" not in done.output
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (report["engine"], report["trial"]) == ("trial", None)
    # In the days fitted on it must be near: what was learnt comes out again.
    assert report["fitted_days"]["ks"] < 0.1


def test_the_days_to_foretell_must_follow(san_francisco_built: Path, records: Path) -> None:
    done = run(
        "twin", "validate", "--city", san_francisco_built, "--calls", records,
        "--fit", "2018-01-16..2018-01-18", "--predict", "2018-01-18..2018-01-19",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "must follow" in done.output


def test_a_file_without_times_is_refused(san_francisco_built: Path, shared_data: Path) -> None:
    stations = shared_data / "san_francisco" / "sf_fire_stations.csv"
    done = run(
        "twin", "validate", "--city", san_francisco_built, "--calls", stations,
        "--fit", "2018-01-16", "--predict", "2018-01-17",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "looks like a time" in done.output
