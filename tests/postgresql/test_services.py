"""What the services promise holds on PostgreSQL as on SQLite: the same tests, the other database.

Making the database of that run also shows that migrations lead from nothing to today.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SUITES = (
    "tests/unit/operations/journal",
    "tests/unit/operations/dispatch",
    "tests/unit/operations/incidents",
    "tests/unit/operations/people/test_appointments.py",
    "tests/unit/operations/people/test_records.py",
    "tests/unit/web/test_call_list.py",
)
"""The journal and its triggers, idempotency, constraints and locks, the dispatch flow, a search,
and what the database refuses of staff."""


def run(program: list[str], database: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WARDMOTE_DATABASE": database, "WARDMOTE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", *program],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_tests_of_the_services_pass(new_database: Callable[[], str], tmp_path: Path) -> None:
    done = run(
        ["pytest", "-q", "-p", "no:cacheprovider", *SUITES],
        new_database(),
        tmp_path,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout


def test_the_append_only_triggers_can_be_taken_off_and_put_on_again(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    database = new_database()
    for target in ([], ["journal", "0001"], []):
        command = ["django", "migrate", "--verbosity", "0", "--settings", "tests.settings", *target]
        done = run(command, database, tmp_path)
        assert done.returncode == 0, done.stderr
