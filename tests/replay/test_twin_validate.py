"""`wardmote twin validate` on a real city's records: two days, to see that it says what it must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main

pytestmark = pytest.mark.data


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def city(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("validated") / "sf"
    folder = shared_data / "san_francisco"
    done = run(
        "city", "build", "--roads", folder / "sf_roads.osm.pbf",
        "--posts", folder / "sf_fire_stations.csv", "--name", "San Francisco", "--out", out,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return out


def records(shared_data: Path) -> Path:
    return next((shared_data / "san_francisco").glob("sffd_unit_responses*.csv.gz"))


def test_days_are_foretold_and_the_errors_and_limits_are_told(
    city: Path, shared_data: Path, tmp_path: Path
) -> None:
    done = run(
        "twin", "validate", "--city", city, "--calls", records(shared_data),
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
    places = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))
    assert len(places["features"]) > 30


def test_the_days_to_foretell_must_follow(city: Path, shared_data: Path) -> None:
    done = run(
        "twin", "validate", "--city", city, "--calls", records(shared_data),
        "--fit", "2018-01-16..2018-01-18", "--predict", "2018-01-18..2018-01-19",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "must follow" in done.output
