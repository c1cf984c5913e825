"""Has rosters of night watches made, one at a time, each in a child process of low priority."""

from __future__ import annotations

from wardmote.operations.child_runner import ChildRunner, Held
from wardmote.operations.journal import clock
from wardmote.operations.patrols.services.making import (
    PROCESS_ENDED,
    SERVER_STOPPED,
    claim_next,
    fail,
    give_up_lost,
    is_wanted,
)

LONGEST_S = 120.0
"""A making that takes longer (>) is ended: its search has a limit of its own."""


class RosterRunner(ChildRunner):
    """The thread of the server that has rosters made."""

    name = "rosters"

    def give_up_lost(self) -> None:
        """Makings of the last server have failed."""
        give_up_lost(now_s=clock.now_s())

    def claim_next(self, claim: str) -> str | None:
        """The making that waits longest."""
        return claim_next(claim, now_s=clock.now_s())

    def goes_on(self, held: Held) -> bool:
        """While it is wanted and in time."""
        return held.lasted_s <= LONGEST_S and is_wanted(held.id, held.claim)

    def ended(self, held: Held) -> None:
        """One that was laid down is left alone; one that is being cancelled is cancelled now."""
        fail(held.id, held.claim, PROCESS_ENDED, now_s=clock.now_s())

    def not_begun(self, found: str, claim: str) -> None:
        """It has failed."""
        fail(found, claim, PROCESS_ENDED, now_s=clock.now_s())

    def stopped(self, held: Held) -> None:
        """It has failed with the server."""
        fail(held.id, held.claim, SERVER_STOPPED, now_s=clock.now_s())
