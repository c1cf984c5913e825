"""Statistics by which SQLite chooses among indexes.

SQLite gathers none by itself. Without them it took an index of states for a question about three
days of one town, among 400,000 tasks: 1.1 s where a few milliseconds are enough. PostgreSQL keeps
its own.
"""

from __future__ import annotations

from django.db import connection

_ROWS_LOOKED_AT = 1_000
"""Of each index; about 40 ms for a database of half a gigabyte."""


def gather_statistics(_now_s: float) -> None:
    """Look at the tables anew. A connection that is open already keeps what it knew before."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
        cursor.execute("ANALYZE")
