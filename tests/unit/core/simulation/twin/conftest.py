from __future__ import annotations

import pytest
from tests.unit.core.simulation.twin import small_city

from wardmote.core.simulation.twin.roads import Roads


@pytest.fixture(scope="session")
def roads() -> Roads:
    return small_city.prepared()
