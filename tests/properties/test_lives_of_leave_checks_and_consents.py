"""Random lives of leave, spot checks, consents and switches through their services."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from tests.properties.service_life import ServiceLife, live, moved
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, WEST, viewer
from tests.unit.operations.tasks.beat_place import ASSISTANT as CARER
from tests.unit.operations.tasks.beat_place import CHIEF as TASK_CHIEF
from tests.unit.operations.tasks.beat_place import INSPECTOR as NO_CARER
from tests.unit.operations.tasks.beat_place import OFFICER as CARING_OFFICER
from tests.unit.operations.tasks.beat_place import STAFF
from tests.unit.operations.tasks.test_care_visits import consent

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.consent import ConsentState
from wardmote.core.domain.duty_level import SwitchState
from wardmote.core.domain.inspection import ITEMS_OF, CheckState, DropReason, Finding, Stratum
from wardmote.core.domain.leave import (
    LEAVE_LIFE_CYCLE,
    LeaveAction,
    LeaveKind,
    LeaveState,
)
from wardmote.core.domain.permissions import Permission, Role, Viewer
from wardmote.core.domain.task import LIVING_TASKS
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import selectors as duty_selectors
from wardmote.operations.duty import services as duty
from wardmote.operations.duty.models import Switch
from wardmote.operations.inspections import services as inspections
from wardmote.operations.inspections.models import SpotCheck
from wardmote.operations.people import services as people
from wardmote.operations.people.models import Account, Leave
from wardmote.operations.people.services import open_account
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.models import CareConsent, Task

HOUR_S, DAY_S = 3_600.0, 86_400.0
ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
AWAY_CHIEF = viewer((Role.STATION_CHIEF, WEST), staff="west")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")
CREW = viewer((Role.CREW, EAST), staff="crew1")


def _person(staff: str, area: str = EAST) -> None:
    card = people.PersonCard(staff, Bilingual(staff, staff), StaffKind.POLICE, area)  # type: ignore[arg-type]  # an area's code
    people.keep_person(ADMIN, card, now_s=NOW_S - DAY_S)


class LeaveLife(ServiceLife):
    """One leave, two deputies, an hour between two moments of interest."""

    rows = (Leave,)
    FROM_S, TO_S = NOW_S + 5 * 60.0, NOW_S + 10 * 60.0

    def __init__(self) -> None:
        super().__init__()
        new = people.NewLeave("officer", LeaveKind.ANNUAL, self.FROM_S, self.TO_S, "second")
        self.leave = people.ask_leave(OFFICER, new, now_s=self.now_s)
        self.state, self.deputy, self.to_s = LeaveState.ASKED, "second", self.TO_S

    def _fits(self, action: LeaveAction, at_s: float) -> bool:
        begun, over = at_s > self.FROM_S, at_s >= self.to_s
        return {
            LeaveAction.APPROVE: not over,
            LeaveAction.CANCEL: not begun,
            LeaveAction.RECALL: begun and not over,
        }.get(action, True)

    def _decides(self, who: Viewer, action: LeaveAction) -> bool:
        if action is LeaveAction.WITHDRAW and who is OFFICER:
            return True
        barred = {"officer", self.deputy} if action is LeaveAction.APPROVE else {"officer"}
        return who.staff_id not in barred and who.may(Permission.STAFF_EDIT, EAST)

    @rule(
        action=st.sampled_from(LeaveAction),
        who=st.sampled_from([ADMIN, CHIEF, OFFICER, AWAY_CHIEF, CREW]),
    )
    def is_moved(self, action: LeaveAction, who: Viewer) -> None:
        at_s = self.now_s + 60.0
        after = LEAVE_LIFE_CYCLE.table.get((self.state, action))
        good = after is not None and self._fits(action, at_s) and self._decides(who, action)
        events = [moved("staff.leave_moved", str(after))] if good and after else None
        self.act(lambda: people.move_leave(who, self.leave, action, now_s=at_s), events)
        if good and after:
            self.state = after
            self.to_s = at_s if action is LeaveAction.RECALL else self.to_s

    @rule(
        deputy=st.sampled_from(["second", "third", "officer", "nobody", None]),
        who=st.sampled_from([ADMIN, CHIEF, OFFICER, AWAY_CHIEF]),
    )
    def gets_another_deputy(self, deputy: str | None, who: Viewer) -> None:
        at_s = self.now_s + 60.0
        open_ = self.state in (LeaveState.ASKED, LeaveState.APPROVED) and at_s < self.to_s
        known = deputy in ("second", "third", None) or deputy == self.deputy
        good = open_ and known and who in (ADMIN, CHIEF)
        same = deputy == self.deputy
        events = [] if same else [moved("staff.leave_moved", self.state)]
        self.act(
            lambda: people.name_deputy(who, self.leave, deputy, now_s=at_s),
            events if good else None,
        )
        if good:
            self.deputy = deputy  # type: ignore[assignment]  # nobody is None

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        row = Leave.objects.get(pk=self.leave)
        assert (row.state, row.deputy_id, row.to_s) == (self.state, self.deputy, self.to_s)


def test_a_leave_is_moved_by_who_may_and_when_it_may(place: None) -> None:
    for staff in ("officer", "second", "third"):
        _person(staff)
    live(LeaveLife)


INSPECTORS = [viewer((Role.INSPECTOR, COUNTY), staff=one) for one in ("inspector", "second")]
FAR_INSPECTOR = viewer((Role.INSPECTOR, WEST), staff="far")
CHECKERS = st.sampled_from([*INSPECTORS, FAR_INSPECTOR, CREW, CHIEF])
FULL = dict.fromkeys(ITEMS_OF[Stratum.POST], Finding.YES)


class CheckLife(ServiceLife):
    """One drawn check of a post, two inspectors, the person concerned and others."""

    rows = (SpotCheck,)

    def __init__(self) -> None:
        super().__init__()
        draw = inspections.draw_checks(INSPECTORS[0], EAST, {Stratum.POST: 1}, now_s=self.now_s)
        self.check = SpotCheck.objects.get(draw=draw).pk
        self.state, self.recorder = CheckState.DRAWN, ""

    def _go(self, call: object, after: CheckState, *, good: bool) -> None:
        events = [moved("inspection.check_moved", after)] if good else None
        self.act(call, events)  # type: ignore[arg-type]  # a call
        self.state = after if good else self.state

    @rule(who=CHECKERS)
    def begins(self, who: Viewer) -> None:
        good = who in INSPECTORS and self.state is CheckState.DRAWN
        self._go(
            lambda: inspections.begin_check(who, self.check, now_s=self.now_s),
            CheckState.UNDER_WAY,
            good=good,
        )

    @rule(who=CHECKERS)
    def is_dropped(self, who: Viewer) -> None:
        good = who in INSPECTORS and self.state in (CheckState.DRAWN, CheckState.UNDER_WAY)
        reason = DropReason.ON_A_CALL
        self._go(
            lambda: inspections.drop_check(who, self.check, reason, now_s=self.now_s),
            CheckState.DROPPED,
            good=good,
        )

    @rule(who=CHECKERS, whole=st.booleans())
    def is_recorded(self, who: Viewer, whole: bool) -> None:
        good = who in INSPECTORS and self.state is CheckState.UNDER_WAY and whole
        result = inspections.Result(FULL if whole else {}, "", "crew1")
        self._go(
            lambda: inspections.record_check(who, self.check, result, now_s=self.now_s),
            CheckState.RECORDED,
            good=good,
        )
        self.recorder = who.staff_id if good else self.recorder

    @rule(who=CHECKERS, words=st.sampled_from(["We were on a call", " "]))
    def is_replied_to(self, who: Viewer, words: str) -> None:
        good = who is CREW and self.state is CheckState.RECORDED and bool(words.strip())
        self._go(
            lambda: inspections.reply_to_check(who, self.check, words, now_s=self.now_s),
            CheckState.REPLIED,
            good=good,
        )

    @rule(who=CHECKERS, corrected=st.booleans(), words=st.sampled_from(["So it was", ""]))
    def is_decided(self, who: Viewer, corrected: bool, words: str) -> None:
        may = who in (*INSPECTORS, CHIEF) and who.staff_id != self.recorder
        good = may and self.state is CheckState.REPLIED and bool(words)
        found = dict.fromkeys(FULL, Finding.NOT_SEEN) if corrected else None
        self._go(
            lambda: inspections.decide_check(who, self.check, words, found, now_s=self.now_s),
            CheckState.CORRECTED if corrected else CheckState.UPHELD,
            good=good,
        )

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        row = SpotCheck.objects.get(pk=self.check)
        assert row.state == self.state
        assert bool(row.first_findings) == bool(self.recorder)
        assert (row.findings == row.first_findings) == (self.state is not CheckState.CORRECTED)


def test_a_check_is_made_replied_to_and_decided_by_who_may(place: None) -> None:
    for staff in ("crew1", "inspector", "second", "chief"):
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
    grant_role(Account.objects.get(staff_id="crew1").pk, Role.CREW, EAST, granted_by="test")
    _person("crew1")
    live(CheckLife)


class ConsentLife(ServiceLife):
    """One consent with a visit a day; days pass, somebody withdraws, the rounds come."""

    rows = (CareConsent, Task)

    def __init__(self) -> None:
        super().__init__()
        self.consent = tasks.keep_consent(CARER, consent(), now_s=self.now_s)
        while tasks.make_next(self.now_s):
            pass
        self.state = ConsentState.GIVEN
        self.living = Task.objects.filter(kind="care_visit").count()

    def _ended(self, after: ConsentState) -> list[tuple[str, str]]:
        cancelled = [moved("task.moved", "cancelled")] * self.living
        self.state, self.living = after, 0
        return [moved("care.consent_moved", after), *cancelled]

    @rule(who=st.sampled_from([*STAFF, AWAY_CHIEF]))
    def is_withdrawn(self, who: Viewer) -> None:
        events: list[tuple[str, str]] | None = None
        if who in (CARER, CARING_OFFICER, TASK_CHIEF, STAFF[1]):
            given = self.state is ConsentState.GIVEN
            events = self._ended(ConsentState.WITHDRAWN) if given else []
        self.act(lambda: tasks.withdraw_consent(who, self.consent, now_s=self.now_s), events)

    @rule(who=st.sampled_from([CARER, CARING_OFFICER, NO_CARER]), no_more=st.booleans())
    def a_visit_is_done(self, who: Viewer, no_more: bool) -> None:
        visits = Task.objects.filter(kind="care_visit").order_by("day", "pk")
        visit = next((one for one in visits if one.state in LIVING_TASKS), visits[0])
        good = visit.state in LIVING_TASKS and visit.opens_s <= self.now_s and who is CARER
        if visit.state in LIVING_TASKS and visit.opens_s > self.now_s:
            return
        answers = {"met": "no_more" if no_more else "well"}
        if good:
            self.living -= 1
            events = [moved("task.moved", "under_way"), moved("task.moved", "done")]
            events += self._ended(ConsentState.WITHDRAWN) if no_more else []
        self.act(
            lambda: tasks.finish(who, visit.pk, answers, now_s=self.now_s),
            events if good else None,
        )

    @rule(who=st.sampled_from([CARER, TASK_CHIEF, NO_CARER]))
    def is_opened(self, who: Viewer) -> None:
        visit = Task.objects.filter(kind="care_visit").order_by("-day").first()
        assert visit is not None
        good = who is CARER and visit.state in LIVING_TASKS and self.state is ConsentState.GIVEN
        self.act(lambda: tasks.open_visit(who, visit.pk, now_s=self.now_s), [] if good else None)

    @rule(days=st.sampled_from([101, 140]))
    def the_round_comes_later(self, days: int) -> None:
        at_s = NOW_S + days * DAY_S
        events: list[tuple[str, str]] = []
        if self.state is ConsentState.GIVEN:
            events += self._ended(ConsentState.EXPIRED)
        elif self.state in (ConsentState.WITHDRAWN, ConsentState.EXPIRED):
            row = CareConsent.objects.get(pk=self.consent)
            if row.erase_after_s <= at_s:
                events.append(moved("care.consent_moved", "erased"))
                self.state = ConsentState.ERASED
        self.act(lambda: tasks.end_and_erase(at_s), events)

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        row = CareConsent.objects.get(pk=self.consent)
        assert row.state == self.state
        assert bool(row.sealed) == (self.state is not ConsentState.ERASED)
        living = [one.value for one in LIVING_TASKS]
        visits = Task.objects.filter(kind="care_visit", state__in=living)
        assert visits.count() == self.living


def test_a_consent_ends_with_all_its_visits_by_whoever_may(place: None) -> None:
    for one in STAFF:
        account = Account.objects.create(
            username=one.staff_id, staff_id=one.staff_id, name_zh=one.staff_id
        )
        for grant in one.grants:
            grant_role(account.pk, grant.role, grant.area, granted_by="test")
    live(ConsentLife, 10)


TOWN_LEAD = viewer((Role.SUPERVISOR, EAST), staff="lead")
LEVELS = st.sampled_from(["level_3", "level_1"])


class SwitchLife(ServiceLife):
    """Proposals of two levels for one town: at most one of them is in force."""

    rows = (Switch,)

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, SwitchState] = {}
        self.made: dict[str, tuple[str, str]] = {}

    def _digest(self, level: str) -> str:
        found = duty_selectors.levels_in_force(self.now_s).of(level)
        return duty_selectors.effects_of(EAST, found, self.now_s).digest

    def _approves(self, who: Viewer, level: str) -> bool:
        return who.may(Permission.DUTY_APPROVE, EAST if level == "level_3" else COUNTY)

    def _pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*sorted(self.states), "unknown"]))

    @rule(level=LEVELS, who=st.sampled_from([CHIEF, SUPERVISOR, OFFICER]), shown=st.booleans())
    def is_proposed(self, level: str, who: Viewer, shown: bool) -> None:
        digest = self._digest(level) if shown else "0" * 64
        good = who is not OFFICER and shown
        made = self.act(
            lambda: duty.propose_switch(who, EAST, level, digest, "Why", now_s=self.now_s),
            [moved("duty.level_moved", "proposed")] if good else None,
        )
        if made is not None:
            self.states[made], self.made[made] = SwitchState.PROPOSED, (level, who.staff_id)

    @rule(data=st.data(), who=st.sampled_from([SUPERVISOR, CHIEF, TOWN_LEAD, OFFICER]))
    def is_approved(self, data: st.DataObject, who: Viewer) -> None:
        switch = self._pick(data)
        level, by = self.made.get(switch, ("level_3", ""))
        proposed = self.states.get(switch) is SwitchState.PROPOSED
        good = proposed and self._approves(who, level) and who.staff_id != by
        ends = [one for one, state in self.states.items() if state is SwitchState.IN_FORCE]
        events = [moved("duty.level_moved", "in_force"), moved("rules.set", "")]
        events += [moved("duty.level_moved", "ended") for _one in ends]
        digest = self._digest(level)
        self.act(
            lambda: duty.approve_switch(who, switch, digest, now_s=self.now_s),
            events if good else None,
        )
        if good:
            self.states |= dict.fromkeys(ends, SwitchState.ENDED)
            self.states[switch] = SwitchState.IN_FORCE

    @rule(data=st.data(), who=st.sampled_from([SUPERVISOR, CHIEF, TOWN_LEAD, OFFICER]))
    def is_declined(self, data: st.DataObject, who: Viewer) -> None:
        switch = self._pick(data)
        _level, by = self.made.get(switch, ("", ""))
        own = who.staff_id == by
        may = who.may(Permission.DUTY_PLAN if own else Permission.DUTY_APPROVE, EAST)
        good = self.states.get(switch) is SwitchState.PROPOSED and may
        after = SwitchState.WITHDRAWN if own else SwitchState.REJECTED
        self.act(
            lambda: duty.decline_switch(who, switch, "No", now_s=self.now_s),
            [moved("duty.level_moved", after)] if good else None,
        )
        if good:
            self.states[switch] = after

    @rule(data=st.data(), who=st.sampled_from([SUPERVISOR, CHIEF, TOWN_LEAD]))
    def is_ended(self, data: st.DataObject, who: Viewer) -> None:
        switch = self._pick(data)
        level, _by = self.made.get(switch, ("level_3", ""))
        good = self.states.get(switch) is SwitchState.IN_FORCE and self._approves(who, level)
        events = [moved("duty.level_moved", "ended"), moved("rules.set", "")]
        self.act(lambda: duty.end_switch(who, switch, now_s=self.now_s), events if good else None)
        if good:
            self.states[switch] = SwitchState.ENDED

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        assert dict(Switch.objects.values_list("pk", "state")) == self.states
        standing = [one for one, state in self.states.items() if state is SwitchState.IN_FORCE]
        assert len(standing) <= 1
        answer = duty_selectors.level_of(EAST, self.now_s)
        expected = self.made[standing[0]][0] if standing else "everyday"
        assert answer.level.code == expected


@pytest.mark.usefixtures("place")
def test_a_level_is_switched_by_two_people_and_one_holds_at_a_time() -> None:
    with transaction.atomic():
        live(SwitchLife)
