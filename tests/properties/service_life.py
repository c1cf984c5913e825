"""What all machines over services share: each call is accepted as the model says, or does nothing.

Each example runs in a savepoint of the test's transaction, so that all begin in the same world.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pytest
from django.db import models, transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from tests.unit.operations.small_place import NOW_S

from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.places import selectors as places
from wardmote.operations.refusals import RefusedError

REFUSALS = (RefusedError, AccessDeniedError)
STEP_S = 60.0
T = TypeVar("T")


def moved(kind: str, after: str) -> tuple[str, str]:
    """An event that a call must write: its type, and the state that it says."""
    return kind, after


class ServiceLife(RuleBasedStateMachine):
    """A machine whose every call goes through `accepted` or `refused`.

    Attributes:
        rows: the models whose rows a refused call must leave as they are.
        now_s: a minute later with each call.
    """

    rows: ClassVar[tuple[type[models.Model], ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._before_all = transaction.savepoint()
        self.now_s = NOW_S
        self._forget()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self._before_all)
        self._forget()

    def _forget(self) -> None:
        forget_viewers()
        clock.forget()
        places.forget()

    def act(self, call: Callable[[], T], events: list[tuple[str, str]] | None) -> T | None:
        """Do `call` a minute later: it must write exactly `events`, or (None) be refused."""
        self.now_s += STEP_S
        before, seq = self._written(), self._last_seq()
        if events is None:
            with pytest.raises(REFUSALS), transaction.atomic():
                call()
            assert (self._written(), self._last_seq()) == (before, seq)
            return None
        done = call()
        written = JournalEntry.objects.filter(seq__gt=seq).values_list("type", "data")
        found = [(kind, str(data.get("after", data.get("action", "")))) for kind, data in written]
        assert sorted(found) == sorted(events)
        return done

    def _written(self) -> dict[str, list[dict[str, Any]]]:
        return {
            kind.__name__: list(kind._default_manager.order_by("pk").values()) for kind in self.rows
        }

    def _last_seq(self) -> int:
        newest = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        return newest or 0


def live(machine: type[ServiceLife], examples: int = 15) -> None:
    """Run a machine for a few short lives."""
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=12, deadline=None),
    )
