"""Care visits rest on a consent: none without it, and every look at whose it is is kept."""

from __future__ import annotations

import datetime
import json

import pytest
from django.db import connection, transaction
from tests.unit.operations.small_place import NOW_S, viewer
from tests.unit.operations.tasks.beat_place import (
    ASSISTANT,
    CHIEF,
    DAY,
    OFFICER,
    SECOND,
    VILLAGE,
)

from wardmote.core.domain.consent import CarePurpose
from wardmote.core.domain.permissions import Role
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.errors import (
    ConsentOverError,
    ConsentRefusedError,
    UnknownConsentError,
)
from wardmote.operations.tasks.models import CareConsent, Task
from wardmote.operations.tasks.services import NewConsent
from wardmote.operations.tasks.services.care_visits import care_requests
from wardmote.operations.working_time import working_calendar

DAY_S = 86_400.0


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


@pytest.mark.parametrize("ahead", [0, 1, 2, 3])
def test_the_first_visit_of_a_consent_is_made_though_its_day_was_made_before(
    beat: None, ahead: int
) -> None:
    while services.make_next(NOW_S):
        pass
    first = DAY + datetime.timedelta(days=ahead)
    services.keep_consent(ASSISTANT, consent(from_day=first, every_days=30), now_s=NOW_S + 60)
    for later in (120.0, DAY_S, 2 * DAY_S, 3 * DAY_S):
        while services.make_next(NOW_S + later):
            pass
    assert list(Task.objects.filter(kind="care_visit").values_list("day", flat=True)) == [first]


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


def test_no_visit_is_made_on_a_consent_withdrawn_since_it_was_asked_for(beat: None) -> None:
    first = DAY + datetime.timedelta(days=9)
    kept = services.keep_consent(ASSISTANT, consent(from_day=first), now_s=NOW_S)
    asked = list(care_requests(first, working_calendar(NOW_S)))
    services.withdraw_consent(ASSISTANT, kept, now_s=NOW_S)
    assert services.make_all(asked, actor="rule:tasks", now_s=NOW_S) == 0
    with pytest.raises(ConsentOverError), transaction.atomic():
        services.make(asked[0], actor="rule:tasks", now_s=NOW_S)
    assert not Task.objects.exists()


def test_a_done_visit_is_not_opened_again_once_the_consent_is_over(beat: None) -> None:
    kept, visits = with_visits(beat)
    services.finish(ASSISTANT, visits[0].pk, {"met": "well"}, now_s=NOW_S)
    services.reopen(CHIEF, visits[0].pk, "check_failed", now_s=NOW_S)
    services.finish(ASSISTANT, visits[0].pk, {"met": "away"}, now_s=NOW_S)
    services.withdraw_consent(ASSISTANT, kept, now_s=NOW_S)
    with pytest.raises(ConsentOverError):
        services.reopen(CHIEF, visits[0].pk, "check_failed", now_s=NOW_S)


def test_who_wants_no_more_visits_at_the_door_has_withdrawn(beat: None) -> None:
    kept, visits = with_visits(beat)
    services.finish(ASSISTANT, visits[0].pk, {"met": "no_more"}, now_s=NOW_S + 1)
    row = CareConsent.objects.get()
    assert (row.pk, row.state, row.ended_s) == (kept, "withdrawn", NOW_S + 1)
    states = list(Task.objects.order_by("day").values_list("state", flat=True))
    assert states == ["done", "cancelled", "cancelled"]
    while services.make_next(NOW_S + DAY_S):
        pass
    assert Task.objects.filter(kind="care_visit").count() == 3


def test_a_consent_whose_last_day_is_over_opens_no_more_before_its_round_comes(beat: None) -> None:
    kept = services.keep_consent(ASSISTANT, consent(to_day=DAY), now_s=NOW_S)
    while services.make_next(NOW_S):
        pass
    visit = Task.objects.get(kind="care_visit")
    assert services.open_visit(ASSISTANT, visit.pk, now_s=NOW_S).consent == kept
    assert CareConsent.objects.get().state == "given"
    for opens in (
        lambda: services.open_visit(ASSISTANT, visit.pk, now_s=NOW_S + DAY_S),
        lambda: services.open_consent(ASSISTANT, kept, now_s=NOW_S + DAY_S),
    ):
        with pytest.raises(ConsentOverError):
            opens()
    assert Disclosure.objects.count() == 1
