from __future__ import annotations

from pathlib import Path

import pytest

from wardmote.gateways.osm.access import Drop
from wardmote.gateways.osm.report import DROP_TEXTS

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "build-a-city.md"


@pytest.mark.parametrize("reason", [*Drop, "broken_areas"])
def test_every_reason_is_explained_in_both_languages_and_in_the_guide(reason: str) -> None:
    assert DROP_TEXTS[reason].zh
    assert DROP_TEXTS[reason].en
    assert f"`{reason}`" in GUIDE.read_text("utf-8")


def test_nothing_is_explained_that_cannot_happen() -> None:
    assert set(DROP_TEXTS) == {*Drop, "broken_areas"}
