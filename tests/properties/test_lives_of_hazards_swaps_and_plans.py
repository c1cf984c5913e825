"""Random lives of a hazard with its parts, of swaps of watches, and of an activated plan."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from tests.properties.service_life import ServiceLife, live, moved
from tests.unit.operations.hazards.cast import ADMIN as HAZARD_ADMIN
from tests.unit.operations.hazards.cast import ASSISTANT, CITY, FIRE, HERE, OFFICER, new
from tests.unit.operations.patrols import cast as night
from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, viewer

from wardmote.core.domain.contingency import (
    OPEN_STEPS,
    STEP_LIFE_CYCLE,
    ActivationState,
    StepAction,
    StepState,
    Subject,
)
from wardmote.core.domain.hazard import (
    LIVING_PARTS,
    ExtensionState,
    HazardState,
    PartState,
    after_parts,
)
from wardmote.core.domain.night_watch import OPEN_SWAPS, SwapState
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import services as duty
from wardmote.operations.duty.models import Activation, ActivationStep
from wardmote.operations.hazards import services as hazards
from wardmote.operations.hazards.models import Hazard, HazardExtension, HazardPart, HazardStep
from wardmote.operations.patrols import services as patrols
from wardmote.operations.patrols.models import CalendarEntry, Watch, WatchSwap
from wardmote.operations.people.services import open_account
from wardmote.operations.photos import files

Events = list[tuple[str, str]]
DAY_S = 86_400.0
DEPARTMENTS = {"fire": FIRE, "city_management": CITY}


@dataclasses.dataclass
class Part:
    department: str
    state: PartState = PartState.ASSIGNED
    asked: str = ""


class HazardLife(ServiceLife):
    """One hazard, two departments, an officer, an assistant; parts come and go."""

    rows = (Hazard, HazardPart, HazardExtension, HazardStep)
    ACTORS = st.sampled_from([OFFICER, ASSISTANT, FIRE, CITY])

    def __init__(self) -> None:
        super().__init__()
        self.hazard = hazards.report(ASSISTANT, new(), now_s=self.now_s).id
        self.state = HazardState.REPORTED
        self.parts: dict[str, Part] = {}
        self.earlier: dict[str, Part] = {}
        self.extensions: dict[str, ExtensionState] = {}

    def _hazard(self, after: HazardState) -> Events:
        self.state = after
        return [moved("hazard.moved", after)]

    def _part(self, part: Part, after: PartState) -> Events:
        """What moving a part brings with it: a request lapses, the hazard is closed or released."""
        part.state = after
        events = [moved("hazard.part_moved", after)]
        if part.asked and after is not PartState.ASSIGNED:
            self.extensions[part.asked] = ExtensionState.LAPSED
            part.asked = ""
            events.append(moved("hazard.extension_moved", ExtensionState.LAPSED))
        action = after_parts(tuple(one.state for one in self.parts.values()))
        settles = after in (PartState.PASSED, PartState.DECLINED, PartState.RECALLED)
        if settles and action is not None:
            closes = action.value == "close"
            events += self._hazard(HazardState.CLOSED if closes else HazardState.FILED)
        return events

    def _pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.parts | self.earlier)))

    def _known(self, part: str) -> Part:
        return self.parts.get(part) or self.earlier[part]

    @rule(who=ACTORS)
    def is_filed(self, who: Viewer) -> None:
        good = who is OFFICER and self.state is HazardState.REPORTED
        events = self._hazard(HazardState.FILED) if good else None
        self.act(lambda: hazards.file_hazard(who, self.hazard, now_s=self.now_s), events)

    @rule(who=st.sampled_from([OFFICER, ASSISTANT]), words=st.sampled_from(["None", ""]))
    def is_rejected(self, who: Viewer, words: str) -> None:
        early = self.state in (HazardState.REPORTED, HazardState.FILED)
        good = who is OFFICER and early and bool(words)
        events = self._hazard(HazardState.REJECTED) if good else None
        self.act(lambda: hazards.reject_hazard(who, self.hazard, words, now_s=self.now_s), events)

    @rule(who=st.sampled_from([OFFICER, OFFICER, FIRE]))
    def is_reopened(self, who: Viewer) -> None:
        over = self.state in (HazardState.CLOSED, HazardState.REJECTED)
        good = who is OFFICER and over
        if good:
            self.earlier |= self.parts
            self.parts = {}
        events = self._hazard(HazardState.FILED) if good else None
        self.act(lambda: hazards.reopen_hazard(who, self.hazard, "Again", now_s=self.now_s), events)

    @rule(
        who=st.sampled_from([OFFICER, OFFICER, ASSISTANT]),
        code=st.sampled_from(["fire", "city_management"]),
    )
    def is_given(self, who: Viewer, code: str) -> None:
        living = {one.department for one in self.parts.values() if one.state in LIVING_PARTS}
        open_ = self.state in (HazardState.FILED, HazardState.ASSIGNED)
        good = who is OFFICER and open_ and code not in living
        events: Events | None = None
        if good:
            events = [*self._hazard(HazardState.ASSIGNED), moved("hazard.part_moved", "assigned")]
        wanted = [hazards.PartWanted(code)]
        given = self.act(
            lambda: hazards.assign_hazard(who, self.hazard, wanted, now_s=self.now_s), events
        )
        for one in given or ():
            self.parts[one.id] = Part(code)

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=ACTORS, proven=st.booleans())
    def is_handed_in(self, data: st.DataObject, who: Viewer, proven: bool) -> None:
        part = self._pick(data)
        known = self._known(part)
        mine = DEPARTMENTS[known.department] is who and known.state is PartState.ASSIGNED
        if mine and proven:
            self.now_s += 1.0
            hazards.add_proof(
                who, part, picture(), key=f"{part}{self.now_s}", now_s=self.now_s + 60
            )
        events: Events | None = self._part(known, PartState.SUBMITTED) if mine and proven else None
        if mine and not proven:
            return self._without_proof(who, part)
        self.act(lambda: hazards.submit_proof(who, part, "Cleared", now_s=self.now_s), events)
        return None

    def _without_proof(self, who: Viewer, part: str) -> None:
        since_s = HazardPart.objects.get(pk=part).since_s
        assert since_s <= self.now_s
        self.act(lambda: hazards.submit_proof(who, part, "Cleared", now_s=self.now_s), None)

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=ACTORS, passed=st.booleans())
    def is_checked(self, data: st.DataObject, who: Viewer, passed: bool) -> None:
        part = self._pick(data)
        known = self._known(part)
        good = who in (OFFICER, ASSISTANT) and known.state is PartState.SUBMITTED
        after = PartState.PASSED if passed else PartState.ASSIGNED
        events = self._part(known, after) if good else None
        self.act(
            lambda: hazards.check_part(who, part, HERE, "So", passed=passed, now_s=self.now_s),
            events,
        )

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=ACTORS, words=st.sampled_from(["Why", " "]))
    def is_declined(self, data: st.DataObject, who: Viewer, words: str) -> None:
        part = self._pick(data)
        known = self._known(part)
        mine = DEPARTMENTS[known.department] is who and known.state is PartState.ASSIGNED
        events = self._part(known, PartState.DECLINED) if mine and words.strip() else None
        self.act(lambda: hazards.decline_part(who, part, words, now_s=self.now_s), events)

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=st.sampled_from([OFFICER, OFFICER, FIRE]), recall=st.booleans())
    def stands_still_or_is_taken_back(self, data: st.DataObject, who: Viewer, recall: bool) -> None:
        part = self._pick(data)
        known = self._known(part)
        recalled = recall and known.state in (PartState.ASSIGNED, PartState.SUSPENDED)
        good = recalled or (not recall and known.state is PartState.ASSIGNED)
        after = PartState.RECALLED if recall else PartState.SUSPENDED
        events = self._part(known, after) if good and who is OFFICER else None
        change = hazards.recall_part if recall else hazards.suspend_part
        self.act(lambda: change(who, part, "So", now_s=self.now_s), events)

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=st.sampled_from([OFFICER, FIRE]))
    def goes_on(self, data: st.DataObject, who: Viewer) -> None:
        part = self._pick(data)
        known = self._known(part)
        good = who is OFFICER and known.state is PartState.SUSPENDED
        events = self._part(known, PartState.ASSIGNED) if good else None
        self.act(lambda: hazards.resume_part(who, part, "", now_s=self.now_s), events)

    @precondition(lambda self: self.parts or self.earlier)
    @rule(data=st.data(), who=ACTORS)
    def wants_more_time(self, data: st.DataObject, who: Viewer) -> None:
        part = self._pick(data)
        known = self._known(part)
        mine = DEPARTMENTS[known.department] is who and known.state is PartState.ASSIGNED
        good = mine and not known.asked
        until_s = HazardPart.objects.get(pk=part).deadline_s + DAY_S
        more = hazards.MoreTime(until_s, "Parts are late")
        asked = self.act(
            lambda: hazards.ask_extension(who, part, more, now_s=self.now_s),
            [moved("hazard.extension_moved", "asked")] if good else None,
        )
        if asked is not None:
            known.asked, self.extensions[asked] = asked, ExtensionState.ASKED

    @precondition(lambda self: self.extensions)
    @rule(data=st.data(), who=st.sampled_from([OFFICER, OFFICER, FIRE]), grant=st.booleans())
    def more_time_is_decided(self, data: st.DataObject, who: Viewer, grant: bool) -> None:
        asked = data.draw(st.sampled_from(sorted(self.extensions)))
        good = who is OFFICER and self.extensions[asked] is ExtensionState.ASKED
        after = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
        self.act(
            lambda: hazards.decide_extension(who, asked, "So", grant=grant, now_s=self.now_s),
            [moved("hazard.extension_moved", after)] if good else None,
        )
        if good:
            self.extensions[asked] = after
            for part in self.parts.values():
                part.asked = "" if part.asked == asked else part.asked

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        row = Hazard.objects.get(pk=self.hazard)
        over = self.state in (HazardState.CLOSED, HazardState.REJECTED)
        assert (row.state, row.ended_s is not None) == (self.state, over)
        states = {key: one.state for key, one in (self.parts | self.earlier).items()}
        assert dict(HazardPart.objects.values_list("pk", "state")) == states
        assert dict(HazardExtension.objects.values_list("pk", "state")) == self.extensions


def test_a_hazard_and_its_parts_move_together(
    place: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    for code, who in DEPARTMENTS.items():
        name = Bilingual(code, code)
        open_account(who.staff_id, "a long password", staff_id=who.staff_id, name=name)
        wanted = hazards.DepartmentWanted(code, name, COUNTY, (who.staff_id,))
        hazards.set_department(HAZARD_ADMIN, wanted, now_s=NOW_S)
    live(HazardLife)


class SwapLife(ServiceLife):
    """Two teams exchange a night, or do not; asked, agreed, approved by three people."""

    rows = (WatchSwap, Watch, CalendarEntry)
    ACTORS = st.sampled_from(
        [night.MEMBER_0, night.MEMBER_1, night.OFFICER, night.CHIEF, night.STRANGER]
    )

    def __init__(self) -> None:
        super().__init__()
        ids = night.teams()
        _roster, self.first, self.second = night.published(ids)
        self.teams = {"v0": ids[0], "v1": ids[1]}
        self.held = {self.first: ids[0], self.second: ids[1]}
        self.states: dict[str, SwapState] = {}
        self.asking: dict[str, str] = {}

    def _of(self, who: Viewer) -> str:
        return self.teams.get(who.staff_id, "")

    def _pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*sorted(self.states), "unknown"]))

    def _team_asked(self, swap: str) -> str:
        return next((one for one in self.teams.values() if one != self.asking.get(swap)), "")

    def _move(self, swap: str, after: SwapState) -> Events:
        self.states[swap] = after
        return [moved("watch.swap_moved", after)]

    @rule(who=ACTORS, watch=st.integers(0, 1))
    def is_asked(self, who: Viewer, watch: int) -> None:
        mine, theirs = (self.first, self.second)[:: 1 if watch == 0 else -1]
        waits = any(
            self.states[swap] in OPEN_SWAPS and WatchSwap.objects.get(pk=swap).watch_id == mine
            for swap in self.states
        )
        good = self._of(who) == self.held[mine] and not waits
        made = self.act(
            lambda: patrols.ask_swap(who, mine, theirs, now_s=self.now_s),
            [moved("watch.swap_moved", "asked")] if good else None,
        )
        if made is not None:
            self.states[made], self.asking[made] = SwapState.ASKED, self._of(who)

    @rule(data=st.data(), who=ACTORS)
    def is_agreed_to(self, data: st.DataObject, who: Viewer) -> None:
        swap = self._pick(data)
        asked = self.states.get(swap) is SwapState.ASKED
        good = asked and self._of(who) == self._team_asked(swap)
        events = self._move(swap, SwapState.AGREED) if good else None
        self.act(lambda: patrols.agree_swap(who, swap, now_s=self.now_s), events)

    @rule(data=st.data(), who=ACTORS)
    def is_taken_back(self, data: st.DataObject, who: Viewer) -> None:
        swap = self._pick(data)
        good = self.states.get(swap) in OPEN_SWAPS and self._of(who) == self.asking[swap]
        events = self._move(swap, SwapState.WITHDRAWN) if good else None
        self.act(lambda: patrols.withdraw_swap(who, swap, now_s=self.now_s), events)

    @rule(data=st.data(), who=ACTORS)
    def is_refused(self, data: st.DataObject, who: Viewer) -> None:
        swap = self._pick(data)
        may = who in (night.OFFICER, night.CHIEF) or self._of(who) == self._team_asked(swap)
        good = self.states.get(swap) in OPEN_SWAPS and may
        events = self._move(swap, SwapState.REFUSED) if good else None
        self.act(lambda: patrols.refuse_swap(who, swap, now_s=self.now_s), events)

    @rule(data=st.data(), who=ACTORS)
    def is_approved(self, data: st.DataObject, who: Viewer) -> None:
        swap = self._pick(data)
        agreed = self.states.get(swap) is SwapState.AGREED
        events: Events | None = None
        if agreed and who in (night.OFFICER, night.CHIEF):
            events = self._move(swap, SwapState.APPROVED)
            for other, state in self.states.items():
                if state in OPEN_SWAPS:
                    events += self._move(other, SwapState.LAPSED)
            events += [moved("watch.given", "")] * 2
            one, two = self.held.values()
            self.held = {self.first: two, self.second: one}
        self.act(lambda: patrols.approve_swap(who, swap, now_s=self.now_s), events)

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        assert dict(WatchSwap.objects.values_list("pk", "state")) == self.states
        assert dict(Watch.objects.values_list("pk", "team_id")) == self.held
        entries = CalendarEntry.objects.filter(cancelled=False)
        assert dict(entries.values_list("watch_id", "team_id")) == self.held


@pytest.mark.usefixtures("place")
def test_watches_change_hands_by_three_people_alone() -> None:
    live(SwapLife)


DUTY_CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
VOLUNTEER = viewer((Role.VOLUNTEER, EAST), staff="volunteer")
OUTSIDER = viewer((Role.VOLUNTEER, EAST), staff="outsider")
CONTENT = {
    "steps": [
        {"what": {"zh": "疏导", "en": "Lead traffic"}, "role": "traffic", "minutes": 3},
        {"what": {"zh": "清点", "en": "Count"}, "role": "traffic", "minutes": 6},
    ],
    "triggers": [],
}


class PlanLife(ServiceLife):
    """A plan is activated, or exercised: steps fall due, are done, skipped and opened again."""

    rows = (Activation, ActivationStep)
    drill = False

    def __init__(self) -> None:
        super().__init__()
        plan = duty.NewPlan(COUNTY, Bilingual("预案", "Plan"), CONTENT)
        made = duty.write_plan(DUTY_CHIEF, plan, now_s=self.now_s)
        duty.approve_version(SUPERVISOR, made, 1, now_s=self.now_s)
        who = (("volunteer", "traffic"),)
        start = duty.Start(made, Subject.EVENT, "Fair", "k", self.drill, who)
        self.run_id = duty.activate(DUTY_CHIEF, start, now_s=self.now_s)
        self.begun_s, self.state = self.now_s, ActivationState.ACTIVE
        self.steps = {1: StepState.WAITING, 2: StepState.WAITING}

    @rule(
        number=st.integers(1, 3),
        action=st.sampled_from(StepAction),
        who=st.sampled_from([DUTY_CHIEF, VOLUNTEER, OUTSIDER]),
        words=st.sampled_from(["Not needed", ""]),
    )
    def a_step_is_moved(self, number: int, action: StepAction, who: Viewer, words: str) -> None:
        state = self.steps.get(number)
        after = None if state is None else STEP_LIFE_CYCLE.table.get((state, action))
        good = (
            after is not None
            and self.state is ActivationState.ACTIVE
            and action is not StepAction.FALL_DUE
            and who is not OUTSIDER
            and (action is not StepAction.SKIP or bool(words))
        )
        self.act(
            lambda: duty.move_step(who, self.run_id, number, action, words, now_s=self.now_s),
            [moved("duty.step_moved", str(after))] if good else None,
        )
        if good and after is not None:
            self.steps[number] = after

    @rule()
    def time_goes_on(self) -> None:
        at_s = self.now_s + 60.0
        due = [
            number
            for number, state in self.steps.items()
            if self.state is ActivationState.ACTIVE
            and state is StepState.WAITING
            and self.begun_s + number * 180.0 < at_s
        ]
        self.act(
            lambda: duty.let_steps_fall_due(at_s), [moved("duty.step_moved", "due") for _one in due]
        )
        self.steps |= dict.fromkeys(due, StepState.DUE)

    @rule(who=st.sampled_from([DUTY_CHIEF, VOLUNTEER, OUTSIDER]), review=st.booleans())
    def ends_or_is_looked_back_on(self, who: Viewer, review: bool) -> None:
        before = ActivationState.ENDED if review else ActivationState.ACTIVE
        after = ActivationState.REVIEWED if review else ActivationState.ENDED
        good = who is DUTY_CHIEF and self.state is before
        self.act(
            (lambda: duty.keep_review(who, self.run_id, "Learnt", now_s=self.now_s))
            if review
            else (lambda: duty.stand_down(who, self.run_id, now_s=self.now_s)),
            [moved("duty.activation_moved", after)] if good else None,
        )
        self.state = after if good else self.state

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        assert Activation.objects.get(pk=self.run_id).state == self.state
        rows = ActivationStep.objects.filter(activation=self.run_id)
        assert dict(rows.values_list("number", "state")) == self.steps
        for row in rows:
            assert (row.ended_s is None) == (StepState(row.state) in OPEN_STEPS)


class DrillLife(PlanLife):
    """The same, as a drill."""

    drill = True


@pytest.mark.parametrize("machine", [PlanLife, DrillLife])
def test_a_plan_is_walked_through_by_who_takes_part(
    place: None, machine: type[ServiceLife]
) -> None:
    for staff in ("chief", "volunteer", "outsider", "v1"):
        made = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(made.pk, Role.VOLUNTEER, EAST, granted_by="test")
    live(machine, 10)
