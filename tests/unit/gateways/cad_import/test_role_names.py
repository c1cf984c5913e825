"""Every role, stamp and kind of content has a name in both languages."""

from __future__ import annotations

from wardmote.core.domain.call_record import RecordTime
from wardmote.gateways.cad_import.profiling import Content
from wardmote.gateways.cad_import.role_names import (
    CONTENT_NAMES,
    ROLE_NAMES,
    STAMP_NAMES,
    role_with_key,
)
from wardmote.gateways.cad_import.words import COLUMN_PHRASES, STAMP_PHRASES


def test_every_role_and_content_has_a_name_in_both_languages() -> None:
    assert set(ROLE_NAMES) == set(COLUMN_PHRASES)
    assert set(STAMP_NAMES) == set(RecordTime) >= {RecordTime(one) for one in STAMP_PHRASES}
    assert set(CONTENT_NAMES) == set(Content)
    for name in (*ROLE_NAMES.values(), *STAMP_NAMES.values(), *CONTENT_NAMES.values()):
        assert name.en
        assert not name.zh.isascii()


def test_a_role_is_told_with_the_key_of_the_mapping_file() -> None:
    assert role_with_key("lat", "zh") == "纬度 (lat)"
    assert role_with_key("en_route", "en") == "en route (en_route)"
    assert role_with_key("arrived", "en") == "arrived"
