"""What a deployment is told from outside."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from wardmote.config.environment import Environment, read_environment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WARDMOTE_HOME", str(tmp_path / "home"))
    for name in ("WARDMOTE_CITY", "WARDMOTE_DATABASE", "WARDMOTE_TIME_ZONE", "WARDMOTE_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def environment() -> Environment:
    return read_environment()


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(home: Path) -> None:
    first = environment().secret("sessions")
    assert environment().secret("sessions") == first
    assert environment().secret("personal-data") != first
    assert stat.S_IMODE((home / "sessions.secret").stat().st_mode) == 0o600


def test_without_a_database_url_the_database_is_a_file_in_the_home(home: Path) -> None:
    database = environment().database()
    assert database["NAME"] == str(home / "wardmote.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_a_postgresql_url_is_taken_apart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDMOTE_DATABASE", "postgresql://ann:p%40ss@db.example:5433/ward")
    database = environment().database()
    assert database["ENGINE"] == "wardmote.operations.journal.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("ann", "p@ss")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "ward")


def test_a_postgresql_url_may_name_sockets_and_parameters_of_the_connection(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDMOTE_DATABASE", "postgresql:///ward?host=/run/PG&sslmode=disable")
    database = environment().database()
    assert (database["HOST"], database["PORT"], database["USER"]) == ("/run/PG", "", "")
    assert database["OPTIONS"]["sslmode"] == "disable"
    assert "lock_timeout=20s" in database["OPTIONS"]["options"]


def test_another_kind_of_database_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDMOTE_DATABASE", "mysql://db/ward")
    with pytest.raises(ValueError, match="WARDMOTE_DATABASE must look like postgresql"):
        environment().database()


def test_the_time_zone_is_the_citys_unless_one_is_set(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment().time_zone == "Asia/Shanghai"
    city = tmp_path / "city"
    city.mkdir()
    (city / "city.json").write_text('{"timezone": "America/Los_Angeles"}', "utf-8")
    monkeypatch.setenv("WARDMOTE_CITY", str(city))
    assert environment().time_zone == "America/Los_Angeles"
    monkeypatch.setenv("WARDMOTE_TIME_ZONE", "Europe/Berlin")
    assert environment().time_zone == "Europe/Berlin"


@pytest.mark.parametrize(("told", "days"), [("", 365), ("30", 30), ("keep", None)])
def test_callers_are_kept_for_a_year_unless_told_otherwise(
    home: Path, monkeypatch: pytest.MonkeyPatch, told: str, days: int | None
) -> None:
    monkeypatch.setenv("WARDMOTE_CALLER_RETENTION_DAYS", told)
    assert environment().caller_retention_days == days


@pytest.mark.parametrize("told", ["0", "-1", "a year", "1.5"])
def test_a_retention_that_is_no_number_of_days_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("WARDMOTE_CALLER_RETENTION_DAYS", told)
    with pytest.raises(ValueError, match="WARDMOTE_CALLER_RETENTION_DAYS"):
        environment()
