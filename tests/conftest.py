"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from wardmote.operations.access import selectors
from wardmote.operations.bulletins.shown import forget_bulletins
from wardmote.operations.journal import clock

REPOSITORY = Path(__file__).resolve().parent.parent

# A busy machine is no reason to fail: nothing here is timed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    named = os.environ.get("WARDMOTE_SHARED_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the folder of real data is absent ({folder}); set WARDMOTE_SHARED_DATA")
    return folder


@pytest.fixture
def seed(record_property: Callable[[str, object], None]) -> int:
    """What chance starts from: another number in each run, printed when the test fails.

    ``WARDMOTE_TEST_SEED`` sets it, to see a failure again.
    """
    named = os.environ.get("WARDMOTE_TEST_SEED")
    number = int(named) if named else random.SystemRandom().randrange(10**6)
    print(f"WARDMOTE_TEST_SEED={number}")  # noqa: T201  # shown with a failure
    record_property("seed", number)
    return number


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """Rows are rolled back after each test; what this process remembers of them goes too."""
    selectors.forget_viewers()
    clock.forget()
    forget_bulletins()


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """A page asked for by one test leaves its language with the thread; the next starts anew."""
    translation.deactivate()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's loop then keeps the thread, and none else may run."""
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
