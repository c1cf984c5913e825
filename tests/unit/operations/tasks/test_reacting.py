"""What follows from closed calls, done tasks and leave; care visits end with their consent."""

from __future__ import annotations

import datetime
import json

import pytest
from django.db import connection, transaction
from tests.unit.operations.small_place import NOW_S, SUPERVISOR, viewer
from tests.unit.operations.tasks.beat_place import (
    ASSISTANT,
    CHIEF,
    DAY,
    OFFICER,
    SECOND,
    VILLAGE,
    request,
)

from wardmote.core.domain.consent import CarePurpose
from wardmote.core.domain.events import Event, IncidentMoved
from wardmote.core.domain.ids import EventId, IncidentId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.leave import LeaveKind, LeaveState
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.staff_events import StaffLeaveMoved
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.following import JournalFollower
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.errors import (
    ConsentOverError,
    ConsentRefusedError,
    UnknownConsentError,
)
from wardmote.operations.tasks.models import CareConsent, Task
from wardmote.operations.tasks.services import NewConsent

CALL = IncidentId("call-00001")


def closed_call(*, drill: bool = False) -> None:
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=CALL, lon=111.15, lat=27.05, drill=drill
    )
    incidents.enter_call(SUPERVISOR, new, now_s=NOW_S)
    dispatch.act_on_call(
        SUPERVISOR, CALL, IncidentAction.CLOSE, disposition="settled_on_scene", now_s=NOW_S + 60
    )


@pytest.fixture
def follower(beat: None, monkeypatch: pytest.MonkeyPatch) -> JournalFollower:
    monkeypatch.setattr(clock, "now_s", lambda: NOW_S + 100)
    made = JournalFollower(REACTIONS, ())
    made.begin()
    return made


def test_a_closed_dispute_asks_for_one_visit_however_often_it_is_handled(
    follower: JournalFollower,
) -> None:
    closed_call()
    follower.work()
    task = Task.objects.get()
    assert (task.rule, task.source, task.holder) == ("dispute_follow_up", CALL, "o1")
    assert task.day == datetime.date(2026, 11, 23)  # the third working day after Wednesday evening
    closing = next(
        event for event in all_events()
        if isinstance(event.payload, IncidentMoved)
        and event.payload.action is IncidentAction.CLOSE
    )  # fmt: skip
    with transaction.atomic():
        services.follow_up_call(closing, NOW_S + 200)
    assert Task.objects.count() == 1


def test_what_follows_a_drill_is_a_drill(follower: JournalFollower) -> None:
    closed_call(drill=True)
    follower.work()
    assert Task.objects.get().drill
    assert selectors.overdue_count(CHIEF, NOW_S + 1e7) == 0


def leave(after: LeaveState, deputy: str | None = "a2") -> Event:
    payload = StaffLeaveMoved(
        "l1", "a1", LeaveKind.ANNUAL, None, after, NOW_S - 10.0, NOW_S + 86_400.0, deputy
    )
    return Event(1, EventId("e"), NOW_S, NOW_S, "c1", VILLAGE, payload)


def holders() -> list[str]:
    return list(Task.objects.order_by("day").values_list("holder", flat=True))


def test_leave_hands_all_of_its_days_to_the_deputy_and_back(task: str) -> None:
    later = request("2", day=DAY.replace(day=30), opens_s=NOW_S + 1e6, due_s=NOW_S + 2e6)
    services.make_all([later], actor="rule:test", now_s=NOW_S)
    with transaction.atomic():
        services.hand_over_leave(leave(LeaveState.APPROVED), NOW_S)
        services.hand_over_leave(leave(LeaveState.APPROVED), NOW_S)
    assert holders() == ["a2", "a1"]
    with transaction.atomic():
        services.hand_over_leave(leave(LeaveState.RECALLED), NOW_S + 1)
    assert holders() == ["a1", "a1"]


def test_leave_without_a_deputy_leaves_tasks_where_they_are(task: str) -> None:
    with transaction.atomic():
        services.hand_over_leave(leave(LeaveState.APPROVED, deputy=None), NOW_S)
    assert holders() == ["a1"]


# --- care visits ---------------------------------------------------------------------------


def consent(**changed: object) -> NewConsent:
    fields: dict[str, object] = {
        "area": VILLAGE, "purpose": CarePurpose.LIVING_ALONE, "name": "李奶奶",
        "contact": "13800000001", "address": "村东头三号", "wishes": "下午来",
        "every_days": 1, "minutes": 30, "from_day": DAY,
        "to_day": DAY + datetime.timedelta(days=100), "signed": True, **changed,
    }  # fmt: skip
    return NewConsent(**fields)  # type: ignore[arg-type]  # fields by name


def with_visits(beat: None) -> tuple[str, list[Task]]:
    kept = services.keep_consent(ASSISTANT, consent(), now_s=NOW_S)
    while services.make_next(NOW_S):
        pass
    return kept, list(Task.objects.filter(kind="care_visit").order_by("day"))


def test_a_visit_says_whose_it_is_to_its_holder_alone_and_each_look_is_kept(beat: None) -> None:
    _kept, visits = with_visits(beat)
    assert [one.holder for one in visits] == ["a1", "a1", "a1"]
    opened = services.open_visit(ASSISTANT, visits[0].pk, now_s=NOW_S)
    assert opened.details["name"] == "李奶奶"
    look = Disclosure.objects.get()
    assert (look.staff_id, look.subject_kind, look.purpose) == ("a1", "care_visit", "living_alone")
    for other in (SECOND, OFFICER, CHIEF):
        with pytest.raises(UnknownConsentError):
            services.open_visit(other, visits[0].pk, now_s=NOW_S)
    assert Disclosure.objects.count() == 1


def test_nothing_of_a_resident_is_readable_in_rows_events_or_lists(beat: None) -> None:
    kept, visits = with_visits(beat)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tasks_careconsent")
        columns = str(cursor.fetchall())
    written = (
        columns
        + "".join(str(event.payload) for event in all_events())
        + str([vars(one) for one in visits])
        + str([vars(one.sheet) for one in visits])
    )
    for secret in ("李奶奶", "13800000001", "村东头三号", "下午来"):
        assert secret not in written
        assert json.dumps(secret) not in written
    listed = selectors.consents_seen(CHIEF)
    assert [one.pk for one in listed] == [kept]
    assert "sealed" in listed[0].get_deferred_fields()


def test_withdrawing_cancels_every_visit_in_that_moment_and_closes_it(beat: None) -> None:
    kept, visits = with_visits(beat)
    services.check_in(ASSISTANT, visits[0].pk, services.Whereabouts(), now_s=NOW_S)
    assert services.withdraw_consent(ASSISTANT, kept, now_s=NOW_S + 1) == 3
    assert set(Task.objects.values_list("state", flat=True)) == {"cancelled"}
    assert services.withdraw_consent(ASSISTANT, kept, now_s=NOW_S + 2) == 0
    with pytest.raises(UnknownConsentError):
        services.open_visit(ASSISTANT, visits[0].pk, now_s=NOW_S + 2)
    with pytest.raises(ConsentOverError):
        services.open_consent(ASSISTANT, kept, now_s=NOW_S + 2)


def test_it_expires_with_its_day_and_is_erased_after_the_term(beat: None) -> None:
    kept, _visits = with_visits(beat)
    days = 86_400.0
    services.end_and_erase(NOW_S + 100 * days)
    assert CareConsent.objects.get().state == "given"
    services.end_and_erase(NOW_S + 101 * days)
    row = CareConsent.objects.get()
    assert (row.state, bool(row.sealed)) == ("expired", True)
    services.end_and_erase(NOW_S + 130.9 * days)
    assert CareConsent.objects.get().state == "expired"
    services.end_and_erase(NOW_S + 131 * days)
    row = CareConsent.objects.get()
    assert (row.pk, row.state, row.sealed) == (kept, "erased", "")
    assert selectors.consents_seen(CHIEF) == []


def test_a_deputy_answers_and_opens_it_and_a_leader_does_not(beat: None) -> None:
    kept, visits = with_visits(beat)
    services.assign(CHIEF, visits[0].pk, "a2", now_s=NOW_S, although_overloaded=True)
    assert services.open_visit(SECOND, visits[0].pk, now_s=NOW_S).details["name"]
    with pytest.raises(UnknownConsentError):
        services.open_consent(CHIEF, kept, now_s=NOW_S)


@pytest.mark.parametrize(
    "change",
    [{"signed": False}, {"name": " "}, {"contact": "", "address": ""}, {"every_days": 0},
     {"to_day": DAY - datetime.timedelta(days=1)}, {"to_day": DAY + datetime.timedelta(days=367)},
     {"wishes": "x" * 301}, {"minutes": 0}],
)  # fmt: skip
def test_what_is_no_written_consent_is_not_kept(beat: None, change: dict[str, object]) -> None:
    with pytest.raises(ConsentRefusedError):
        services.keep_consent(ASSISTANT, consent(**change), now_s=NOW_S)
    assert not CareConsent.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_only_who_does_care_visits_there_keeps_a_consent(beat: None, role: Role) -> None:
    who = viewer((role, VILLAGE), staff="x")
    if role in (Role.VILLAGE_ASSISTANT, Role.COMMUNITY_OFFICER):
        services.keep_consent(who, consent(), now_s=NOW_S)
    else:
        with pytest.raises(AccessDeniedError):
            services.keep_consent(who, consent(), now_s=NOW_S)
