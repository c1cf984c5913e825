"""Why the database could not do what it was asked."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError

_SQLITE_NO_ROOM = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
"""What SQLite says when the disk, a quota or a limit on the size of files leaves no room."""

_POSTGRESQL_NO_ROOM = "53100"
"""SQLSTATE ``disk_full`` (PostgreSQL documentation, appendix A)."""

UNANSWERED = (DatabaseError, InterfaceError)
"""What is raised while the database cannot be reached, is too busy, or has no room."""


def is_out_of_room(error: BaseException) -> bool:
    """Whether the database had no room to write; what was asked for was then undone whole."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlite_errorname", "") in _SQLITE_NO_ROOM
        or getattr(cause, "sqlstate", "") == _POSTGRESQL_NO_ROOM
    )
