"""The database backend: SQLite, whose transactions take turns within this process.

SQLite lets one writer in at a time. Another one that comes meanwhile sleeps and tries again, up to
a tenth of a second apart, which a recommendation cannot wait for. Here a transaction waits on a
lock of the process first and is woken at once. Other processes still wait as SQLite has it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import msgspec
from django.db.backends.sqlite3 import base, operations
from django.db.utils import OperationalError

WAIT_S = 20.0
_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


def _turn_of(database: str) -> threading.Lock:
    with _turns_lock:
        return _turns.setdefault(database, threading.Lock())


def _plain(value: Any) -> Any:
    """A value of a subclass, such as NumPy's float, as what it is a kind of."""
    kinds: tuple[Callable[[Any], Any], ...] = (str, float, int, list, dict)
    for kind in kinds:
        if isinstance(value, cast("type", kind)):
            return kind(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class DatabaseOperations(operations.DatabaseOperations):
    """Writes JSON with msgspec: a ranking with its reasons takes json a millisecond or two."""

    def adapt_json_value(self, value: Any, encoder: Any) -> str:
        """Called by Django with what a JSON column is to hold."""
        if encoder is not None:
            return str(super().adapt_json_value(value, encoder))
        return msgspec.json.encode(value, enc_hook=_plain).decode()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds its process's turn from BEGIN to COMMIT or ROLLBACK."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: threading.Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turn = _turn_of(str(self.settings_dict["NAME"]))
        if self._held is None:
            if not turn.acquire(timeout=WAIT_S):
                raise OperationalError("database is locked by another transaction of this process")
            self._held = turn
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._let_go()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self._let_go()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._let_go()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.release()
