"""The database backend: PostgreSQL, whose transactions take turns across all processes.

Journal positions must grow in the order of commits, or a reader would pass over an event that is
committed later. So one transaction writes at a time, as with SQLite. The turn is taken at BEGIN and
not at the first event: by then rows are locked, and two transactions could wait for each other.
Reading outside a transaction waits for nobody.
"""

from __future__ import annotations

from django.db.backends.postgresql import base

TURN = 0x57617264
"""The advisory lock of writers: "Ward". Advisory locks belong to one database."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the turn from BEGIN to COMMIT or ROLLBACK."""

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        """Begin a transaction with the turn, or go back to single statements.

        Raises:
            OperationalError: the turn did not come in time (``lock_timeout``).
        """
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            return
        try:
            with self.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        except BaseException:
            # The caller's block was never entered: nobody else would end this transaction.
            self.close()
            raise
