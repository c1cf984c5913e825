"""The world of hazards: the small place, two departments, and a folder for pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.operations.hazards.cast import ADMIN
from tests.unit.operations.small_place import COUNTY, NOW_S

from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import services
from wardmote.operations.people.services import open_account
from wardmote.operations.photos import files


@pytest.fixture
def world(place: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    for staff, department in (("fire1", "fire"), ("city1", "city_management")):
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        wanted = services.DepartmentWanted(
            department, Bilingual(department, department), COUNTY, (staff,)
        )
        services.set_department(ADMIN, wanted, now_s=NOW_S)
