"""Draws that anybody can repeat, figures of the survey, and counts of the assessment."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.beat.assessment_counts import Case, count_cases
from wardmote.core.beat.random_draw import (
    commitment_of,
    draw,
    place_all,
    seed_fits,
    seed_of,
)
from wardmote.core.beat.survey_figures import (
    GivenAnswers,
    group_figures,
    question_figures,
    response_rate,
)
from wardmote.core.domain.assessment import SHIPPED_ASSESSMENT_RULES, Counted, Outcome, Remedy
from wardmote.core.domain.inspection import Stratum
from wardmote.core.domain.survey import QUESTIONS, Answer, ServiceKind


def test_a_draw_is_what_the_tools_of_any_computer_say() -> None:
    seed = hashlib.sha256(b"value|2026-11-22 430521000000 1").hexdigest()
    assert seed == seed_of("value", "2026-11-22 430521000000 1")
    lowest = min("abcd", key=lambda one: hashlib.sha256(f"{seed}|post|{one}".encode()).hexdigest())
    assert draw(seed, {Stratum.POST: "abcd"}, {Stratum.POST: 1})[Stratum.POST] == (lowest,)
    assert seed_fits(seed, "value", commitment_of("value"), "2026-11-22 430521000000 1")
    assert not seed_fits(seed, "other", commitment_of("value"), "2026-11-22 430521000000 1")
    assert not seed_fits(seed, "value", commitment_of("value"), "2026-11-22 430521000000 2")


@given(st.sets(st.text(max_size=8), max_size=20), st.integers(0, 25), st.randoms())
def test_nobody_is_taken_twice_and_the_order_of_the_list_does_not_matter(
    names: set[str], take: int, shuffler: object
) -> None:
    listed = sorted(names)
    taken = [one.candidate for one in place_all("s", Stratum.POST, listed, take) if one.taken]
    assert len(taken) == len(set(taken)) == min(take, len(listed))
    again = place_all("s", Stratum.POST, listed[::-1], take)
    assert [one.candidate for one in again if one.taken] == taken


def test_every_candidate_is_taken_about_equally_often() -> None:
    taken = Counter(
        one.candidate
        for number in range(3_000)
        for one in place_all(seed_of("v", str(number)), Stratum.PERSON, "abcdef", 2)
        if one.taken
    )
    # 3,000 draws of 2 in 6: 1,000 each, standard deviation 26; five of them either way.
    assert all(870 < count < 1_130 for count in taken.values())


def test_a_list_with_somebody_twice_or_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        place_all("s", Stratum.POST, ["a", "a"], 1)
    with pytest.raises(ValueError, match="from 0"):
        place_all("s", Stratum.POST, ["a"], -1)


def given_answers(area: str, *content: str) -> list[GivenAnswers]:
    codes = [one.code for one in QUESTIONS[ServiceKind.CALL]]
    return [
        GivenAnswers(
            area, "2026-10", ServiceKind.CALL, dict.fromkeys(codes, one) | {"content": one}
        )
        for one in content
    ]


def test_what_fewer_than_five_answered_is_not_shown_nor_found_by_subtraction() -> None:
    five = [Answer.YES] * 4 + [Answer.NO]
    figure = group_figures({"a": (10, 5)}, {"a": five})[0]
    assert figure.content is not None
    assert figure.rate is not None
    assert (figure.content.met, figure.content.of, figure.rate.of) == (4, 5, 10)
    assert group_figures({"a": (10, 4)}, {"a": five[:4]})[0].content is None
    assert group_figures({"a": (10, 4)}, {"a": five})[0].rate is None
    nine = [Answer.NO] * 9
    invited = {"a": (10, 5), "b": (3, 1), "c": (20, 9), "d": (2, 0)}
    two_hidden = group_figures(invited, {"a": five, "b": five[:1], "c": nine})
    assert [one.content is None for one in two_hidden] == [False, True, False, True]
    del invited["d"]
    figures = group_figures(invited, {"a": five, "b": five[:1], "c": nine})
    assert [one.content is None for one in figures] == [True, True, False]


def test_who_cannot_say_is_not_counted_and_few_answers_say_nothing() -> None:
    rows = given_answers("a", *["yes"] * 4, "cannot_say", "partly")
    figure = question_figures(ServiceKind.CALL, rows)[0]
    assert (figure.yes.met, figure.yes.of, figure.counts[Answer.CANNOT_SAY]) == (4, 5, 1)
    assert question_figures(ServiceKind.CALL, rows[:4]) == ()
    assert question_figures(ServiceKind.TASK, rows) == ()
    rate = response_rate(20, 5)
    assert rate is not None
    assert rate.share == 0.25
    assert response_rate(20, 4) is None


def test_cases_left_out_are_shown_and_not_counted() -> None:
    cases = [
        Case(
            Counted.CHECKS_IN_ORDER,
            *("check", str(number), float(number), number > 0),
            remedy=None if number else Remedy.LEFT_OUT,
        )
        for number in range(6)
    ]
    counted = {one.item.counted: one for one in count_cases(SHIPPED_ASSESSMENT_RULES, cases)}
    checks = counted[Counted.CHECKS_IN_ORDER]
    assert (checks.met, checks.of, checks.outcome, len(checks.cases)) == (5, 5, Outcome.MET, 6)
    assert checks.cases[0].id == "5"
    assert counted[Counted.TASKS_IN_TIME].outcome is Outcome.TOO_FEW
