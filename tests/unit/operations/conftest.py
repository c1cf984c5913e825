"""Fixtures of the services: a small place in the database."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import SMALL_PLACE

from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.units.services import load_units


@pytest.fixture
def place(db: None) -> None:
    """The small place, loaded; boundaries and rules are read again afterwards."""
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()
