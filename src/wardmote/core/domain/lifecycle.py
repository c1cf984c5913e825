"""A life cycle is one table: (state, action) -> state.

The tables of incidents and assignments are instances; the diagrams in the docs are drawn
from them, and nothing else in the product decides what may follow what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StateT = TypeVar("StateT", bound=StrEnum)
ActionT = TypeVar("ActionT", bound=StrEnum)


class TransitionRefusedError(Exception):
    """The action is not allowed in the present state.

    Attributes:
        state: where the thing stands.
        action: what was asked.
        allowed: the actions that are possible here, for the message to the user.
    """

    def __init__(self, state: StrEnum, action: StrEnum, allowed: tuple[StrEnum, ...]) -> None:
        super().__init__(f"{action.value} is not possible while {state.value}")
        self.state = state
        self.action = action
        self.allowed = allowed


@dataclass(frozen=True)
class LifeCycle(Generic[StateT, ActionT]):
    """A transition table with its initial and final states.

    Attributes:
        initial: the state before any action.
        table: (state, action) -> next state; a missing pair is refused.
        final: states that no action leaves, except those the table itself lists (reopening).
    """

    initial: StateT
    table: Mapping[tuple[StateT, ActionT], StateT]
    final: frozenset[StateT]

    def next_state(self, state: StateT, action: ActionT) -> StateT:
        """Where `action` leads from `state`.

        Raises:
            TransitionRefusedError: the table has no such pair.
        """
        try:
            return self.table[(state, action)]
        except KeyError:
            raise TransitionRefusedError(state, action, self.allowed_actions(state)) from None

    def allowed_actions(self, state: StateT) -> tuple[ActionT, ...]:
        """The actions possible in `state`, in the table's order."""
        return tuple(action for (origin, action) in self.table if origin == state)
