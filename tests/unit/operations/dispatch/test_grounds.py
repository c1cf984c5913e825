"""The ground of relocation: worked out beside the dispatch thread, swapped in whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from django.db import OperationalError

from wardmote.core.policies.relocation_ground import PostGround
from wardmote.operations.dispatch.grounds import RENEW_EVERY_S, Grounds

pytestmark = pytest.mark.django_db


class Bench:
    """Grounds that are built when told; a ground is the time it was asked for."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.fails: list[Exception] = []
        self.built: list[float] = []
        self.grounds = Grounds(self.build, start=self.waiting.append)

    def build(self, now_s: float) -> PostGround:
        if self.fails:
            raise self.fails.pop()
        self.built.append(now_s)
        if now_s == 5.0:
            self.grounds.renew(6.0)  # somebody asks while this one is being built
        return cast("PostGround", f"ground of {now_s}")

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop()()


def test_the_former_ground_is_used_until_the_next_is_ready() -> None:
    bench = Bench()
    bench.grounds.renew(1.0)
    assert bench.grounds.now is None
    bench.work()
    bench.grounds.renew(2.0)
    assert str(bench.grounds.now) == "ground of 1.0"
    bench.work()
    assert str(bench.grounds.now) == "ground of 2.0"


def test_asked_while_building_it_is_built_once_more_and_never_twice_at_once() -> None:
    bench = Bench()
    bench.grounds.renew(5.0)
    assert len(bench.waiting) == 1
    bench.work()
    assert bench.built == [5.0, 6.0]
    assert str(bench.grounds.now) == "ground of 6.0"


def test_it_is_renewed_once_an_hour() -> None:
    bench = Bench()
    for now_s in (0.0, RENEW_EVERY_S - 0.1, RENEW_EVERY_S, RENEW_EVERY_S + 1):
        bench.grounds.renew_if_old(now_s)
        bench.work()
    assert bench.built == [0.0, RENEW_EVERY_S]


def test_a_database_that_does_not_answer_leaves_the_former_one() -> None:
    bench = Bench()
    bench.grounds.renew(1.0)
    bench.work()
    bench.fails.append(OperationalError("away"))
    bench.grounds.renew(2.0)
    bench.work()
    assert str(bench.grounds.now) == "ground of 1.0"
    bench.fails.append(ValueError("a mistake"))
    bench.grounds.renew(3.0)
    with pytest.raises(ValueError, match="mistake"):
        bench.work()
    bench.grounds.renew(4.0)
    bench.work()
    assert str(bench.grounds.now) == "ground of 4.0"
