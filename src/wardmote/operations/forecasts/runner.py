"""Has forecasts computed, one at a time, each in a child process of low priority.

Runs of studies may take an hour, so forecasts do not wait among them.
"""

from __future__ import annotations

import time

from wardmote.operations.child_runner import ChildRunner, Command, Held
from wardmote.operations.forecasts.services import STOPPED, claim_next, fail, give_up_lost, renew
from wardmote.operations.journal import clock

RENEW_EVERY_S = 60.0
LONGEST_S = 600.0
"""A forecast that takes longer (>) is ended: it must not keep all others waiting."""


class ForecastRunner(ChildRunner):
    """The thread of the server that has forecasts computed."""

    name = "forecasts"

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self._next_renewal_s = 0.0

    def give_up_lost(self) -> None:
        """What the last server left is wanted again."""
        give_up_lost()

    def claim_next(self, claim: str) -> str | None:
        """The forecast that is wanted; those that have aged are wanted first."""
        if time.monotonic() >= self._next_renewal_s:
            self._next_renewal_s = time.monotonic() + RENEW_EVERY_S
            renew(now_s=clock.now_s())
        key = claim_next(claim)
        return None if key is None else str(key)

    def goes_on(self, held: Held) -> bool:
        """While it is in time."""
        return held.lasted_s <= LONGEST_S

    def ended(self, held: Held) -> None:
        """One that was kept is left alone: its claim is gone."""
        fail(int(held.id), held.claim, STOPPED, now_s=clock.now_s())

    def not_begun(self, found: str, claim: str) -> None:
        """It has stopped."""
        fail(int(found), claim, STOPPED, now_s=clock.now_s())

    def stopped(self, held: Held) -> None:
        """It stays claimed, and the next server wants it again."""
