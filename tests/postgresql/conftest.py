"""What tests on PostgreSQL share: a cluster of their own, and a new database for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from tests.faults.conftest import town
from tests.postgresql.cluster import Cluster, running_cluster

__all__ = ["town"]

_numbers = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster for this session; tests are skipped where PostgreSQL is not installed."""
    with running_cluster() as running:
        yield running


@pytest.fixture
def new_database(cluster: Cluster) -> Callable[[], str]:
    """Makes an empty database; gives its URL."""
    return lambda: cluster.create(f"ward{next(_numbers)}")
