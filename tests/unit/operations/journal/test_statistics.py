from __future__ import annotations

import pytest
from django.db import connection

from wardmote.operations.journal.statistics import gather_statistics


@pytest.mark.django_db
def test_sqlite_knows_how_rows_are_spread_once_statistics_were_gathered() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL gathers statistics by itself")
    gather_statistics(0.0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'django_content_type'")
        assert cursor.fetchone()[0] > 0
