"""Plans with a last day beside other plans, and where what held before cannot come back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S
from tests.unit.operations.studies.test_adopting import (
    CHIEF,
    EAST_PLANNER,
    PLANNER,
    TODAY,
    TOMORROW,
    approve,
    plan_with,
    posts_now,
    proposed,
    state,
    trial_of,
    two_posts,
)

from wardmote.core.domain.study import AdoptionState
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import midnight_s
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.models import Adoption
from wardmote.operations.studies.services import restoring

A_DAY = datetime.timedelta(days=1)
OVER_S = midnight_s(TOMORROW + A_DAY)


@pytest.fixture
def study(place: None) -> str:
    return services.open_study(PLANNER, COUNTY, "Posts", "", now_s=NOW_S)


def temporary(
    study: str, first: datetime.date, last: datetime.date, changes: dict[str, Any], now_s: float
) -> str:
    """An approved plan that holds from `first` to `last`."""
    plan = plan_with(study, changes)
    run = trial_of(study, plan)
    adoption = services.propose_adoption(
        PLANNER, study, run, plan.code, first, "", now_s=now_s, last_day=last
    )
    approve(adoption, now_s + 1)
    return adoption


def test_no_plan_of_a_part_ends_a_larger_one_that_has_a_last_day(study: str) -> None:
    town = services.open_study(EAST_PLANNER, EAST, "Town", "", now_s=NOW_S)
    waiting = proposed(town, {}, who=EAST_PLANNER)
    wide = temporary(study, TODAY, TOMORROW, two_posts(study), NOW_S + 20)
    for act in (
        lambda: proposed(town, {}, TOMORROW, EAST_PLANNER, NOW_S + 30),
        lambda: approve(waiting, NOW_S + 40),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "wider_plan_ends"
        assert TOMORROW.isoformat() in refused.value.message()
    after = proposed(town, {}, TOMORROW + A_DAY, EAST_PLANNER, NOW_S + 50)
    approve(after, NOW_S + 60)
    services.take_effect_where_due(now_s=OVER_S)
    assert (state(wide), state(after)) == (AdoptionState.ENDED, AdoptionState.IN_FORCE)
    assert set(posts_now()) == {"p1"}


def test_a_plan_whose_last_day_went_by_unseen_never_takes_effect(study: str) -> None:
    late = temporary(study, TOMORROW, TOMORROW, two_posts(study), NOW_S + 10)
    assert services.take_effect_where_due(now_s=OVER_S) == 0
    assert (state(late), set(posts_now())) == (AdoptionState.FAILED, {"p1"})
    page = selectors.adoption_page(PLANNER, late, language="en", now_s=OVER_S)
    assert page.problem is not None
    assert "last day" in page.problem.en


def test_a_plan_that_comes_back_after_its_own_last_day_goes_at_once(study: str) -> None:
    first = temporary(study, TODAY, TOMORROW, two_posts(study), NOW_S + 10)
    second = temporary(study, TODAY, TOMORROW + 2 * A_DAY, {}, NOW_S + 30)
    assert set(posts_now()) == {"p1", "new-1"}
    services.take_effect_where_due(now_s=OVER_S + 2 * 86_400)
    assert (state(first), state(second)) == (AdoptionState.ENDED, AdoptionState.ENDED)
    assert set(posts_now()) == {"p1"}


def test_a_plan_that_cannot_be_taken_back_keeps_its_last_day_and_says_so_while_in_force(
    study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = temporary(study, TODAY, TOMORROW, {}, NOW_S + 10)
    with monkeypatch.context() as patched:

        def gone(*_args: Any) -> None:
            raise LookupError

        patched.setattr(restoring, "returned_posting", gone)
        services.take_effect_where_due(now_s=OVER_S)
        moves = JournalEntry.objects.filter(type="posting.moved").count()
        services.take_effect_where_due(now_s=OVER_S + 20)
    assert JournalEntry.objects.filter(type="posting.moved").count() == moves
    row = Adoption.objects.get(pk=adoption)
    assert (row.state, row.ends_s) == (AdoptionState.IN_FORCE, OVER_S)
    told = JournalEntry.objects.filter(type="posting.moved").order_by("-pk")[0]
    assert told.data["action"] == "stay"
    page = selectors.adoption_page(CHIEF, adoption, language="en", now_s=OVER_S + 30)
    assert page.problem is not None
    services.roll_back(CHIEF, adoption, "By hand", now_s=OVER_S + 40)
    page = selectors.adoption_page(CHIEF, adoption, language="en", now_s=OVER_S + 50)
    assert page.problem is None
