"""One server for one database: two dispatch workers of one place would answer each call twice.

With SQLite the claim is a lock on a file in the home, with PostgreSQL an advisory lock. The system
or the database lets go of it when the process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from wardmote.core.domain.problem import Problem
from wardmote.operations.journal.storage import UNANSWERED

logger = logging.getLogger(__name__)

CLAIM = 0x57617265
"""The advisory lock of the server; the next one after the turn of writers."""

LOOK_EVERY_S = 2.0
"""How soon a claim that was lost with the database is taken again."""

WAIT_S = 10
"""PostgreSQL may need a moment to see that a killed server is gone."""


@contextlib.contextmanager
def sole_server() -> Iterator[None]:
    """Hold the claim until the end of the block; nothing is claimed where there is no city.

    Raises:
        Problem: another server holds it.
    """
    if settings.CITY_DIRECTORY is None:
        yield
    elif connection.vendor == "postgresql":
        with _in_database():
            yield
    else:
        with _in_home(settings.ENVIRONMENT.home / "server.lock"):
            yield


@contextlib.contextmanager
def _in_home(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _problem() from error
        yield


@contextlib.contextmanager
def _in_database() -> Iterator[None]:
    over = threading.Event()
    # A connection of its own: the lock belongs to it, and Django's are closed now and then.
    claiming = connection.copy()
    claiming.inc_thread_sharing()
    try:
        try:
            _claim(claiming)
        except OperationalError as error:
            raise _problem() from error
        keeper = threading.Thread(target=_keep, args=(claiming, over), name="claim", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()
    finally:
        claiming.close()


def _claim(claiming: BaseDatabaseWrapper) -> None:
    with claiming.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{WAIT_S}s"])
        cursor.execute("SELECT pg_advisory_lock(%s)", [CLAIM])


def _keep(claiming: BaseDatabaseWrapper, over: threading.Event) -> None:
    """Claim again when the database was restarted, which forgets its locks."""
    while not over.wait(LOOK_EVERY_S):
        if claiming.connection is not None and claiming.is_usable():
            continue
        claiming.close()
        try:
            _claim(claiming)
        except UNANSWERED as error:
            claiming.close()
            logger.warning("The claim on the database is not held: %s", error)


def _problem() -> Problem:
    return Problem(
        zh="已有服务在使用这个数据库。请先停掉它，或另指定 --home 或 WARDMOTE_DATABASE。",
        en="Another server uses this database already. Stop it first, or name another --home or "
        "WARDMOTE_DATABASE.",
    )
