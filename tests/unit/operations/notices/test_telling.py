"""Who is told what, once; what goes to the phone, and what becomes of it."""

from __future__ import annotations

import base64
import datetime

import pytest
from django.db import transaction
from tests.unit.operations.small_place import EAST, NOW_S
from tests.unit.operations.tasks.beat_place import ASSISTANT, CHIEF, OFFICER, SECOND, request

from wardmote.core.domain.hazard import PartAction, PartState
from wardmote.core.domain.hazard_events import HazardPartMoved
from wardmote.core.domain.notice import NoticeKind, PushDecision
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.task import TaskAction
from wardmote.core.domain.task_events import TaskMade, TaskMoved
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards.models import Department, DepartmentMember
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.journal.services import record
from wardmote.operations.notices import selectors, services
from wardmote.operations.notices.errors import (
    BadEndpointError,
    BadWishError,
    TooManyDevicesError,
)
from wardmote.operations.notices.models import Notice, PushDevice, PushMessage
from wardmote.operations.notices.post import NoticePost
from wardmote.operations.notices.services import ClaimedMessage, PushOutcome, Telling
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.models import Task

pytestmark = pytest.mark.usefixtures("beat")

TEN = 1_794_967_200.0  # Wednesday 18 November 2026, 10:00 in Shanghai
NIGHT = TEN + 12 * 3_600.0
TODAY = datetime.date(2026, 11, 18)
TOLD = Telling(NoticeKind.DUTY_LEVEL, "1")


class Answer:
    """What a sender says that never sends."""

    def __init__(self, outcome: PushOutcome, retry_after_s: float = 0.0) -> None:
        self.outcome, self.retry_after_s = outcome, retry_after_s


def key(length: int) -> str:
    return base64.urlsafe_b64encode(bytes([4] * length)).rstrip(b"=").decode()


def registration(number: int = 1, session: str = "s1", **changed: str) -> services.Registration:
    fields = {
        "endpoint": f"https://push.example.org/{number}", "p256dh": key(65), "auth": key(16),
        "language": "en", "session": session, **changed,
    }  # fmt: skip
    return services.Registration(**fields)


def register(viewer: Viewer = ASSISTANT, number: int = 1, session: str = "s1") -> PushDevice:
    services.register_device(viewer, registration(number, session), lambda _one: True, TEN)
    return PushDevice.objects.latest("made_s", "pk")


def plan(now_s: float) -> list[ClaimedMessage]:
    services.plan_messages(now_s)
    return services.claim_messages(now_s)


def kinds(viewer: Viewer) -> list[str]:
    return [row.kind for row in selectors.own_notices(viewer)]


# --- who is told -----------------------------------------------------------------------------


def test_a_new_task_is_told_once_however_often_the_event_is_seen() -> None:
    with transaction.atomic():
        tasks.make(request(), actor="rule:test", now_s=NOW_S)
    [made] = [one for one in all_events() if isinstance(one.payload, TaskMade)]
    services.on_task_made(made, NOW_S)
    services.on_task_made(made, NOW_S + 5)
    assert kinds(ASSISTANT) == ["task_new"]
    assert kinds(OFFICER) == kinds(SECOND) == []


def test_a_task_handed_over_is_told_to_who_gets_it(task: str) -> None:
    tasks.hand_over(ASSISTANT, task, "a2", "workload", now_s=TEN, although_overloaded=True)
    moved = [
        one
        for one in all_events()
        if isinstance(one.payload, TaskMoved) and one.payload.action is TaskAction.HAND_OVER
    ]
    services.on_task_moved(moved[-1], NOW_S)
    assert (kinds(SECOND), kinds(ASSISTANT)) == (["task_handed"], [])


@pytest.mark.parametrize(("opens_s", "day", "told"), [
    (NOW_S - 60.0, TODAY, True), (NOW_S + 3_600.0, TODAY, True),
    (NOW_S + 86_400.0, TODAY + datetime.timedelta(days=1), False),
])  # fmt: skip
def test_who_has_a_task_today_is_told_at_once_that_it_is_cancelled(
    opens_s: float, day: datetime.date, told: bool
) -> None:
    asked = request(opens_s=opens_s, due_s=opens_s + 7_200.0, day=day, holder="a1")
    with transaction.atomic():
        task = tasks.make(asked, actor="rule:test", now_s=NOW_S)
    tasks.cancel(CHIEF, task, "not_needed", now_s=NOW_S)
    tell_of_cancelled()
    assert kinds(ASSISTANT) == (["task_cancelled"] if told else [])
    assert kinds(CHIEF) == []


def test_who_was_to_go_along_is_told_too_that_a_task_is_cancelled(
    task: str,
) -> None:
    Task.objects.filter(pk=task).update(officer="o1")
    tasks.cancel(CHIEF, task, "not_needed", now_s=NOW_S)
    tell_of_cancelled()
    assert (kinds(ASSISTANT), kinds(OFFICER)) == (["task_cancelled"], ["task_cancelled"])


def tell_of_cancelled() -> None:
    for one in all_events():
        if isinstance(one.payload, TaskMoved) and one.payload.action is TaskAction.CANCEL:
            services.on_task_moved(one, NOW_S)


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    with transaction.atomic():
        tasks.make(request(), actor="a1", now_s=NOW_S)
    [made] = [one for one in all_events() if isinstance(one.payload, TaskMade)]
    services.on_task_made(made, NOW_S)
    assert kinds(ASSISTANT) == []


def test_a_task_due_within_the_hour_is_told_once_for_its_deadline(task: str) -> None:
    services.tell_what_is_due(NOW_S - 1.0)
    assert kinds(ASSISTANT) == []
    for later_s in (0.0, 300.0):
        services.tell_what_is_due(NOW_S + later_s)
    assert kinds(ASSISTANT) == ["task_due"]
    assert Notice.objects.get().expires_s == NOW_S + 3_600.0


@pytest.mark.parametrize(("action", "kind"), [
    (None, "hazard_assigned"), (PartAction.RETURN, "hazard_returned"),
    (PartAction.ESCALATE, "hazard_escalated"), (PartAction.SUBMIT, None),
])  # fmt: skip
def test_the_members_of_a_department_are_told_of_their_hazards(
    action: PartAction | None, kind: str | None
) -> None:
    department = Department.objects.create(code="d", area=EAST)
    DepartmentMember.objects.create(department=department, staff_id="o1")
    with transaction.atomic():
        [event] = record(
            [HazardPartMoved("h1", "p1", action, PartState.ASSIGNED, "d", NOW_S, 0)],
            actor="c1", area=EAST, now_s=NOW_S,
        )  # fmt: skip
    services.on_hazard_part(event, NOW_S)
    assert kinds(OFFICER) == ([kind] if kind else [])


def test_who_has_no_account_is_not_told() -> None:
    services.tell(["a1", "stranger", ""], TOLD, NOW_S)
    assert [row.staff for row in Notice.objects.all()] == ["a1"]


def test_notices_are_ones_own_and_read_when_looked_at() -> None:
    services.tell(["a1", "o1"], TOLD, NOW_S)
    assert selectors.unread_count(ASSISTANT) == 1
    services.mark_read(ASSISTANT, NOW_S)
    assert (selectors.unread_count(ASSISTANT), selectors.unread_count(OFFICER)) == (0, 1)
    assert not selectors.own_notices(Viewer("", ())).exists()


# --- to the phone ----------------------------------------------------------------------------


def test_on_duty_a_notice_goes_to_each_device_once() -> None:
    register(number=1)
    register(number=2)
    services.tell(["a1"], TOLD, TEN)
    assert len(plan(TEN)) == 2
    assert plan(TEN) == []
    services.tell(["a1"], TOLD, TEN + 1)
    assert plan(TEN + 2) == []


def test_off_duty_the_phone_is_silent_until_duty_begins() -> None:
    register()
    services.tell(["a1"], TOLD, NIGHT)
    assert plan(NIGHT) == []
    assert plan(NIGHT + 9 * 3_600.0) == []
    [told] = plan(NIGHT + 10.5 * 3_600.0)
    assert told.kind is NoticeKind.DUTY_LEVEL


def test_what_waits_goes_out_in_the_moment_when_office_hours_begin() -> None:
    register()
    begin_s = TEN - 1.5 * 3_600.0
    services.tell(["a1"], TOLD, begin_s - 10.0)
    assert plan(begin_s - 10.0) == []
    assert plan(begin_s - 0.001) == []
    assert len(plan(begin_s)) == 1


def test_a_recall_goes_out_at_night() -> None:
    register()
    services.tell(["a1"], Telling(NoticeKind.RECALLED, "1"), NIGHT)
    assert len(plan(NIGHT)) == 1


def test_notices_of_one_kind_are_one_message() -> None:
    register()
    for number in range(3):
        services.tell(["a1"], Telling(NoticeKind.SWAP_ASKED, str(number)), TEN)
    [told] = plan(TEN)
    assert (told.count, told.kind) == (3, NoticeKind.SWAP_ASKED)


def test_a_task_that_is_somebody_elses_by_then_is_not_pushed(task: str) -> None:
    register()
    services.tell(["a1"], Telling(NoticeKind.TASK_NEW, task, "task", task), TEN)
    tasks.hand_over(ASSISTANT, task, "a2", "workload", now_s=TEN, although_overloaded=True)
    assert plan(TEN) == []
    assert Notice.objects.get().outcome == PushDecision.EXPIRED.value


def test_wishes_hold_and_are_checked() -> None:
    register()
    services.choose(ASSISTANT, ["duty_level"], (None, None))
    services.tell(["a1"], TOLD, TEN)
    assert plan(TEN) == []
    assert Notice.objects.get().outcome == "switched_off"
    for off, quiet in ((["recalled"], (None, None)), (["x"], (None, None)), ([], (1, None)),
                       ([], (0, 1_440))):  # fmt: skip
        with pytest.raises(BadWishError):
            services.choose(ASSISTANT, off, quiet)
    services.choose(ASSISTANT, [], (22 * 60, 6 * 60))
    quiet = selectors.wishes_of("a1").quiet
    assert quiet is not None
    assert quiet.hold_at(0)


def test_without_a_device_the_list_alone_has_it() -> None:
    services.tell(["a1"], TOLD, TEN)
    assert plan(TEN) == []
    assert Notice.objects.get().outcome == "no_device"


# --- what becomes of it ----------------------------------------------------------------------


def test_a_device_that_is_gone_is_forgotten_with_what_waits() -> None:
    register()
    services.tell(["a1"], TOLD, TEN)
    [told] = plan(TEN)
    services.settle_message(told.message, PushOutcome.GONE, TEN)
    assert not PushDevice.objects.exists()
    assert not PushMessage.objects.exists()


def test_a_service_that_has_no_time_is_asked_again_with_growing_pauses_until_it_is_of_no_use() -> (
    None
):
    register()
    services.tell(["a1"], Telling(NoticeKind.PLAN_STEP, "1"), TEN)
    now_s, pauses = TEN, []
    services.plan_messages(now_s)
    while claimed := services.claim_messages(now_s):
        services.settle_message(claimed[0].message, PushOutcome.LATER, now_s)
        left = PushMessage.objects.first()
        if left is None:
            break
        pauses.append(left.next_s - now_s)
        assert services.claim_messages(left.next_s - 0.001) == []
        now_s = left.next_s
    assert pauses == [30.0, 60.0, 120.0, 240.0, 480.0]
    assert PushDevice.objects.get().refused == 1


def test_the_pause_that_the_service_asks_for_is_kept() -> None:
    register()
    services.tell(["a1"], TOLD, TEN)
    [told] = plan(TEN)
    services.settle_message(told.message, PushOutcome.LATER, TEN, retry_after_s=900.0)
    assert PushMessage.objects.get().next_s == TEN + 900.0


def test_five_refusals_in_a_row_forget_a_device() -> None:
    register()
    for number in range(5):
        assert PushDevice.objects.exists()
        services.tell(["a1"], Telling(NoticeKind.DUTY_LEVEL, str(number)), TEN)
        [told] = plan(TEN)
        services.settle_message(told.message, PushOutcome.REFUSED, TEN)
    assert not PushDevice.objects.exists()


def test_what_a_stopped_server_had_handed_over_is_not_handed_over_again() -> None:
    register()
    services.tell(["a1"], TOLD, TEN)
    assert plan(TEN)
    services.drop_unknown()
    assert plan(TEN + 60.0) == []


def test_the_post_asks_a_silent_service_once_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wardmote.operations.notices.post.clock.now_s", lambda: TEN)
    for number in range(3):
        register(number=number)
    services.tell(["a1"], TOLD, TEN)
    asked: list[str] = []

    def send(message: ClaimedMessage) -> Answer:
        asked.append(message.endpoint)
        return Answer(PushOutcome.LATER)

    NoticePost(send).work()
    assert len(asked) == 1
    assert PushMessage.objects.filter(sending=False, next_s=TEN + 30.0).count() == 3


# --- devices ---------------------------------------------------------------------------------


def test_an_endpoint_is_not_readable_in_the_database() -> None:
    from django.db import connection  # noqa: PLC0415  # only here

    register()
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint, p256dh, auth, digest FROM notices_pushdevice")
        stored = " ".join(map(str, cursor.fetchone()))
    assert "push.example.org" not in stored
    assert key(65) not in stored


def test_a_device_is_forgotten_with_its_log_in() -> None:
    register(number=1, session="s1")
    register(number=2, session="s2")
    services.forget_session("s1")
    services.forget_session("")
    assert PushDevice.objects.count() == 1


def test_a_phone_that_changes_hands_tells_the_next_person_nothing_of_the_first() -> None:
    register()
    services.tell(["a1"], TOLD, TEN)
    services.plan_messages(TEN)
    register(OFFICER)
    assert PushDevice.objects.get().staff == "o1"
    assert services.claim_messages(TEN) == []


def test_somebody_elses_device_cannot_be_forgotten() -> None:
    register()
    services.forget_device(OFFICER, registration().endpoint)
    assert PushDevice.objects.exists()
    services.forget_device(ASSISTANT, registration().endpoint)
    assert not PushDevice.objects.exists()


def test_devices_are_checked_and_counted() -> None:
    with pytest.raises(AccessDeniedError):
        services.register_device(Viewer("", ()), registration(), lambda _one: True, TEN)
    for bad in ({"p256dh": key(64)}, {"auth": key(15)}, {"p256dh": "!"},
                {"endpoint": "https://a.b/" + "x" * 1_000}):  # fmt: skip
        with pytest.raises(BadEndpointError):
            services.register_device(CHIEF, registration(**bad), lambda _one: True, TEN)
    with pytest.raises(BadEndpointError):
        services.register_device(CHIEF, registration(), lambda _one: False, TEN)
    for number in range(5):
        register(CHIEF, number)
    register(CHIEF, 4)
    with pytest.raises(TooManyDevicesError):
        register(CHIEF, 6)


def test_old_notices_and_devices_that_nobody_opens_are_forgotten() -> None:
    register()
    services.tell(["a1"], TOLD, TEN)
    services.forget_old_notices(TEN + 60 * 86_400.0)
    assert Notice.objects.exists()
    services.forget_old_notices(TEN + 60 * 86_400.0 + 1.0)
    assert not Notice.objects.exists()
    assert not PushDevice.objects.exists()
