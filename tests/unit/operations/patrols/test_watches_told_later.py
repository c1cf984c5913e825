"""A watch begun and finished by a phone without a network, and what the clock closes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.unit.operations.patrols.cast import (
    CHIEF,
    MEMBER_0,
    MEMBER_1,
    person,
    published,
    teams,
)
from tests.unit.operations.small_place import EAST, NOW_S, SMALL_PLACE

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.event_registry import REGISTRY
from wardmote.core.domain.night_watch import MoveReason, WatchAction, WatchState
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.watch_events import WatchMoved
from wardmote.core.measures.sections import ALL
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.counting import Window
from wardmote.operations.device_clock import AHEAD_S
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.patrols import errors, selectors, services
from wardmote.operations.patrols.counted import watch_countings
from wardmote.operations.patrols.device_clock import OFFLINE_S
from wardmote.operations.patrols.models import Watch
from wardmote.operations.patrols.services.watches import close_due
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

pytestmark = pytest.mark.django_db
HOUR_S = 3_600.0


@pytest.fixture(autouse=True)
def _world(db: None) -> Iterator[None]:
    forget()
    load_places(SMALL_PLACE)
    forget()
    yield
    forget()


@pytest.fixture
def watch() -> Watch:
    """A watch of the first team, from 22:00 to 06:00."""
    _roster, first, _second = published(teams())
    return Watch.objects.get(pk=first)


def last_move() -> tuple[WatchMoved, float, float]:
    """The newest event of a watch, when it happened, and when it was received."""
    entry = JournalEntry.objects.filter(type="watch.moved").latest("seq")
    payload = REGISTRY.decode(entry.type, entry.version, entry.data)
    assert isinstance(payload, WatchMoved)
    return payload, entry.occurred_s, entry.recorded_s


def counted(as_of_s: float) -> dict[str, int]:
    window = Window(NOW_S, NOW_S + 90 * 86_400.0, as_of_s)
    [counting] = watch_countings([EAST], window)
    return {
        name: len(counting.cases(name, ALL, 10)) for name in ("due", "held", "missed", "unsaid")
    }


def test_a_beginning_told_after_the_watch_counts_by_the_moment_of_the_phone(watch: Watch) -> None:
    tapped_s, told_s = watch.begins_s + 60.0, watch.ends_s + 6 * HOUR_S
    begun = services.begin_watch(MEMBER_0, watch.pk, now_s=told_s, device_s=tapped_s)
    assert (begun.begun_s, begun.begun_known_s, begun.begun_by) == (tapped_s, told_s, "v0")
    move, occurred_s, recorded_s = last_move()
    assert (move.action, move.clock, move.reason) == (WatchAction.BEGIN, "device", None)
    assert (occurred_s, recorded_s) == (tapped_s, told_s)
    ended_s = watch.ends_s - 60.0
    done = services.finish_watch(
        MEMBER_0, watch.pk, now_s=told_s + 1, device_s=ended_s, note="Quiet\0 "
    )
    assert (done.state, done.ended_s, done.note) == ("finished", ended_s, "Quiet")


@pytest.mark.parametrize(
    ("from_begin_s", "from_end_s", "fits"),
    [(-HOUR_S, None, True), (-HOUR_S - 0.5, None, False), (None, -0.5, True), (None, 0.0, False)],
)
def test_only_a_moment_inside_the_span_begins_a_watch(
    watch: Watch, from_begin_s: float | None, from_end_s: float | None, fits: bool
) -> None:
    at_s = watch.ends_s + (from_end_s or 0.0)
    if from_begin_s is not None:
        at_s = watch.begins_s + from_begin_s
    told_s = watch.ends_s + HOUR_S
    if fits:
        assert services.begin_watch(MEMBER_0, watch.pk, now_s=told_s, device_s=at_s).begun_s == at_s
    else:
        with pytest.raises(errors.TooEarlyError):
            services.begin_watch(MEMBER_0, watch.pk, now_s=told_s, device_s=at_s)


def test_a_clock_that_cannot_be_right_does_not_count(watch: Watch) -> None:
    tapped_s = watch.begins_s
    with pytest.raises(errors.TooEarlyError):
        services.begin_watch(
            MEMBER_0, watch.pk, now_s=tapped_s + OFFLINE_S + 0.5, device_s=tapped_s
        )
    services.begin_watch(MEMBER_0, watch.pk, now_s=tapped_s + OFFLINE_S, device_s=tapped_s)
    assert last_move()[0].clock == "device"


@pytest.mark.parametrize(("ahead_s", "clock"), [(AHEAD_S, "device"), (AHEAD_S + 0.5, "server")])
def test_a_phone_may_be_two_minutes_ahead_and_never_writes_into_the_future(
    watch: Watch, ahead_s: float, clock: str
) -> None:
    now_s = watch.begins_s
    begun = services.begin_watch(MEMBER_0, watch.pk, now_s=now_s, device_s=now_s + ahead_s)
    assert begun.begun_s == now_s
    assert last_move()[0].clock == clock


def test_a_watch_that_nobody_finishes_is_closed_by_the_clock_and_its_end_stays_unknown(
    watch: Watch,
) -> None:
    services.begin_watch(MEMBER_0, watch.pk, now_s=watch.begins_s)
    limit_s = watch.ends_s + services.CLOSE_AFTER_S
    close_due(limit_s - 0.5)
    assert Watch.objects.get(pk=watch.pk).state == WatchState.UNDER_WAY
    services.go_round(limit_s)
    row = Watch.objects.get(pk=watch.pk)
    assert (row.state, row.ended_s) == (WatchState.CLOSED, None)
    move, _occurred_s, recorded_s = last_move()
    assert (move.action, move.reason) == (WatchAction.CLOSE, MoveReason.NOBODY_FINISHED)
    assert recorded_s == limit_s
    assert JournalEntry.objects.latest("seq").actor == "rule:night-watches"
    services.go_round(limit_s)
    assert JournalEntry.objects.filter(type="watch.moved").count() == 4, (
        "planned twice, begun, closed"
    )


def test_a_phone_tells_the_end_of_a_closed_watch_and_the_page_cannot(watch: Watch) -> None:
    services.begin_watch(MEMBER_0, watch.pk, now_s=watch.begins_s)
    limit_s = watch.ends_s + services.CLOSE_AFTER_S
    close_due(limit_s)
    for device_s in (None, limit_s, watch.begins_s - 0.5):
        with pytest.raises(errors.NotPossibleError):
            services.finish_watch(MEMBER_0, watch.pk, now_s=limit_s + HOUR_S, device_s=device_s)
    with pytest.raises(AccessDeniedError):
        services.finish_watch(MEMBER_1, watch.pk, now_s=limit_s + HOUR_S, device_s=watch.ends_s)
    services.finish_watch(MEMBER_0, watch.pk, now_s=limit_s + HOUR_S, device_s=limit_s - 0.5)
    row = Watch.objects.get(pk=watch.pk)
    assert (row.state, row.ended_s) == (WatchState.FINISHED, limit_s - 0.5)
    assert last_move()[0].reason is MoveReason.TOLD_LATE


def test_who_was_there_although_nobody_came_says_so_and_both_stay_on_record(watch: Watch) -> None:
    missed_s, told_s = watch.begins_s + HOUR_S, watch.ends_s + 2 * HOUR_S
    services.miss_watch(CHIEF, watch.pk, now_s=missed_s)
    with pytest.raises(errors.WatchMissedError):
        services.begin_watch(MEMBER_0, watch.pk, now_s=told_s, device_s=watch.begins_s)
    services.begin_watch(
        MEMBER_0, watch.pk, now_s=told_s, device_s=watch.begins_s, although_missed=True
    )
    move, _occurred_s, _recorded_s = last_move()
    assert (move.after, move.reason) == (WatchState.UNDER_WAY, MoveReason.ALTHOUGH_MISSED)
    row = Watch.objects.get(pk=watch.pk)
    assert (row.missed_s, row.ended_s) == (missed_s, None)
    assert counted(told_s - 1.0) == {"due": 2, "held": 0, "missed": 1, "unsaid": 1}
    assert counted(told_s) == {"due": 2, "held": 1, "missed": 0, "unsaid": 1}


def test_a_watch_that_was_given_again_is_not_begun_a_second_time(watch: Watch) -> None:
    services.miss_watch(CHIEF, watch.pk, now_s=watch.begins_s)
    services.add_watch(CHIEF, watch.roster_id, watch.team_id, watch.night, now_s=watch.begins_s + 1)
    with pytest.raises(errors.NotPossibleError):
        services.begin_watch(MEMBER_0, watch.pk, now_s=watch.begins_s + 2, although_missed=True)


def test_the_second_to_begin_is_told_that_it_has_begun(watch: Watch) -> None:
    services.begin_watch(MEMBER_0, watch.pk, now_s=watch.begins_s)
    with pytest.raises(errors.NotPossibleError):
        services.begin_watch(MEMBER_0, watch.pk, now_s=watch.ends_s, device_s=watch.begins_s - 60.0)
    assert Watch.objects.get(pk=watch.pk).begun_s == watch.begins_s


def test_what_older_journals_say_of_watches_is_by_the_clock_of_the_server() -> None:
    old = {"watch": "w", "roster": "r", "team": "t", "action": "begin", "after": "under_way"}
    read = REGISTRY.decode("watch.moved", 1, old)
    assert isinstance(read, WatchMoved)
    assert (read.clock, read.reason) == ("server", None)


def test_phones_have_the_watches_of_their_teams_with_who_leads_and_where_they_meet(
    watch: Watch,
) -> None:
    team = watch.team
    wanted = services.TeamWanted(
        Bilingual("队", "Team"), EAST, "a0", {"a0": frozenset(), "v0": frozenset()},
        meets_at="South gate", meets=(111.12, 27.02),
    )  # fmt: skip
    services.keep_team(CHIEF, team.pk, wanted, now_s=NOW_S)
    for now_s, there in (
        (watch.begins_s - selectors.PHONE_AHEAD_S, False),
        (watch.begins_s - selectors.PHONE_AHEAD_S + 0.5, True),
        (watch.ends_s + selectors.PHONE_BACK_S - 0.5, True),
        (watch.ends_s + selectors.PHONE_BACK_S, False),
    ):
        found = selectors.watches_for_phone(MEMBER_0, now_s=now_s, language="en")
        assert [one.row.pk for one in found] == ([watch.pk] if there else [])
    [one] = selectors.watches_for_phone(MEMBER_0, now_s=watch.begins_s, language="zh-hans")
    assert (one.leads, one.row.team.meets_at, one.row.team.lon) == ("a0", "South gate", 111.12)
    assert selectors.watch_for_phone(MEMBER_1, watch.pk, language="en") is None


@pytest.mark.parametrize("position", [(181.0, 0.0), (float("nan"), 1.0)])
def test_a_team_does_not_meet_nowhere(position: tuple[float, float]) -> None:
    person("a9", StaffKind.ASSISTANT)
    wanted = services.TeamWanted(
        Bilingual("队", "Team"), EAST, "a9", {"a9": frozenset()}, meets=position
    )
    with pytest.raises(errors.BadMeetingPlaceError):
        services.keep_team(CHIEF, None, wanted, now_s=NOW_S)
