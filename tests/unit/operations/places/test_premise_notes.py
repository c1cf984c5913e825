"""Notes of places."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.operations.small_place import COUNTY, NOW_S, WEST, viewer

from wardmote.core.domain.permissions import Role
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import services
from wardmote.operations.places.errors import BadPremiseNoteError, UnknownPremiseNoteError
from wardmote.operations.places.models import PremiseNote
from wardmote.operations.places.premise_notes import premise_notes_at

pytestmark = pytest.mark.usefixtures("place")
DISPATCHER = viewer((Role.DISPATCHER, COUNTY), staff="d1")
LON, LAT = 111.15, 27.05


def note(**more: object) -> services.NewPremiseNote:
    return services.NewPremiseNote(LON, LAT, "code 4711", **more)  # type: ignore[arg-type]  # test


def test_the_next_call_there_shows_it_with_its_label_until_it_is_ended() -> None:
    written = services.write_premise_note(
        DISPATCHER, note(kind="access", label="Gate"), now_s=NOW_S
    )
    assert premise_notes_at(LON, LAT, NOW_S + 1) == ["Gate: code 4711"]
    assert premise_notes_at(LON + 0.01, LAT, NOW_S + 1) == []
    assert services.end_premise_note(DISPATCHER, written, now_s=NOW_S + 2)
    assert not services.end_premise_note(DISPATCHER, written, now_s=NOW_S + 3)
    assert premise_notes_at(LON, LAT, NOW_S + 3) == []
    assert PremiseNote.objects.get().ended_by == "d1"


def test_it_is_shown_through_its_last_day_and_no_longer() -> None:
    today = local_day(NOW_S)
    services.write_premise_note(DISPATCHER, note(last_day=today), now_s=NOW_S)
    tomorrow_s = midnight_s(today + datetime.timedelta(days=1))
    assert premise_notes_at(LON, LAT, tomorrow_s - 1) == ["code 4711"]
    assert premise_notes_at(LON, LAT, tomorrow_s) == []


@pytest.mark.parametrize("days", [-1, 367, 3_000])
def test_a_last_day_that_is_over_or_too_far_off_is_refused(days: int) -> None:
    last = local_day(NOW_S) + datetime.timedelta(days=days)
    with pytest.raises(BadPremiseNoteError):
        services.write_premise_note(DISPATCHER, note(last_day=last), now_s=NOW_S)


def test_a_note_without_text_or_of_no_kind_is_refused() -> None:
    for bad in (services.NewPremiseNote(LON, LAT, "  "), note(kind="person")):
        with pytest.raises(BadPremiseNoteError):
            services.write_premise_note(DISPATCHER, bad, now_s=NOW_S)
    with pytest.raises(UnknownPremiseNoteError):
        services.end_premise_note(DISPATCHER, "nothing", now_s=NOW_S)


def test_only_those_who_may_edit_calls_there_write_and_end_notes() -> None:
    written = services.write_premise_note(DISPATCHER, note(), now_s=NOW_S)
    for who in (viewer((Role.DISPATCHER, WEST)), viewer((Role.AUDITOR, COUNTY)), viewer()):
        with pytest.raises(AccessDeniedError):
            services.write_premise_note(who, note(), now_s=NOW_S)
        with pytest.raises(AccessDeniedError):
            services.end_premise_note(who, written, now_s=NOW_S)
