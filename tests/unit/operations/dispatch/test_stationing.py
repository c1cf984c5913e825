"""Units that belong to another post from now on: rows, journal and picture agree."""

from __future__ import annotations

from tests.unit.operations.small_place import DISPATCHER, NOW_S, SMALL_PLACE

from wardmote.core.domain.folding import fold
from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.picture import EMPTY_PICTURE
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.journal.selectors import events_after
from wardmote.operations.units.models import Unit
from wardmote.operations.units.services import load_units, station_again, station_units

U1, U2 = UnitId("u1"), UnitId("u2")
ELSEWHERE = PostId("elsewhere")


def test_folding_the_journal_gives_the_posts_of_the_rows(place: None) -> None:
    services.go_on_duty(DISPATCHER, U1, now_s=NOW_S)
    stands = PostId(Unit.objects.get(pk=U2).post)
    assert station_units({U1: ELSEWHERE, U2: stands}, actor="rule:studies", now_s=NOW_S + 1) == 1
    folded = fold(EMPTY_PICTURE, events_after(0, 1_000))
    assert folded.units[U1].post == ELSEWHERE
    assert picture_of_rows()[0].units[U1].post == ELSEWHERE


def test_after_a_city_was_loaded_units_go_back_to_their_posts_without_a_word(place: None) -> None:
    station_units({U1: ELSEWHERE}, actor="rule:studies", now_s=NOW_S)
    told = len(events_after(0, 1_000))
    load_units(SMALL_PLACE.units)
    assert station_again({U1: ELSEWHERE}) == 1
    assert Unit.objects.get(pk=U1).post == ELSEWHERE
    assert len(events_after(0, 1_000)) == told
