"""Every life cycle of the product, found in the code so that a new one cannot be left out."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from wardmote import core
from wardmote.core.domain.lifecycle import LifeCycle, TransitionRefusedError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "draw_life_cycles.py"


def _life_cycles() -> dict[str, LifeCycle[Any, Any]]:
    """Each table of the core, by its name in the code."""
    found: dict[str, LifeCycle[Any, Any]] = {}
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, LifeCycle):
                assert found.setdefault(name, value) is value, f"two tables are called {name}"
    return found


LIFE_CYCLES = _life_cycles()
every_cycle = pytest.mark.parametrize("name", sorted(LIFE_CYCLES))


class Life(RuleBasedStateMachine):
    """Anything is asked of a thing at any time; only what the table lists moves it."""

    cycle: LifeCycle[Any, Any]
    """Given by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.state: StrEnum = self.cycle.initial
        self.way: list[StrEnum] = [self.state]
        self.table = dict(self.cycle.table)

    @rule(data=st.data())
    def asks_for_anything(self, data: st.DataObject) -> None:
        actions = sorted({action for _state, action in self.table})
        self._ask(data.draw(st.sampled_from(actions)))

    @rule(data=st.data())
    def asks_for_what_is_possible(self, data: st.DataObject) -> None:
        possible = self.cycle.allowed_actions(self.state)
        if possible:
            self._ask(data.draw(st.sampled_from(possible)))

    def _ask(self, action: StrEnum) -> None:
        before, possible = self.state, self.cycle.allowed_actions(self.state)
        if action in possible:
            self.state = self.cycle.next_state(before, action)
            assert self.state is self.table[before, action]
            self.way.append(self.state)
            return
        with pytest.raises(TransitionRefusedError) as refused:
            self.cycle.next_state(before, action)
        told = refused.value
        assert (before, action) not in self.table
        assert (told.state, told.action, told.allowed) == (before, action, possible)

    @invariant()
    def the_table_is_as_it_was(self) -> None:
        assert dict(self.cycle.table) == self.table

    @invariant()
    def what_is_over_moves_only_where_the_table_reopens_it(self) -> None:
        for before in self.way[:-1]:
            assert before not in self.cycle.final or self.cycle.allowed_actions(before)

    @invariant()
    def nothing_stands_still_that_is_not_over(self) -> None:
        if not self.cycle.allowed_actions(self.state):
            assert self.state in self.cycle.final


@every_cycle
def test_only_listed_moves_change_a_state(name: str) -> None:
    machine = type(name, (Life,), {"cycle": LIFE_CYCLES[name]})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=15, deadline=None)
    )


@every_cycle
def test_every_state_is_reached_and_every_life_can_end(name: str) -> None:
    cycle = LIFE_CYCLES[name]
    moves = cycle.table.items()
    kind: type[StrEnum] = type(cycle.initial)
    states = set(kind)
    reached, ends = {cycle.initial}, set(cycle.final)
    for _ in states:
        reached |= {after for (before, _action), after in moves if before in reached}
        ends |= {before for (before, _action), after in moves if after in ends}
    assert reached == states
    assert ends == states
    assert cycle.final
    assert cycle.initial not in cycle.final


@every_cycle
def test_every_action_is_of_use_somewhere(name: str) -> None:
    actions = {action for _state, action in LIFE_CYCLES[name].table}
    assert {member for action in actions for member in type(action)} == actions


def test_every_life_cycle_is_drawn_in_the_reference() -> None:
    spec = importlib.util.spec_from_file_location("draw_life_cycles", DOCS)
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    drawn = {name for name, value in vars(drawing).items() if isinstance(value, LifeCycle)}
    page = drawing.page()
    assert drawn == set(LIFE_CYCLES)
    assert page.count("stateDiagram-v2") == len(LIFE_CYCLES)
