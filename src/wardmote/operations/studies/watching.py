"""How the process of a run speaks with its row: progress and the best so far, and when to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.planning.siting.answer import Control, Progress
from wardmote.core.studies.proposing import Standing
from wardmote.operations.studies.services import tell_progress

TELL_EVERY_S = 1.0
"""Progress is written at most so often."""


@dataclass(slots=True)
class Watch:
    """Tells progress through the run's row, and hears from it whether to go on."""

    run: str
    claim: str
    wanted: bool = True
    standing: JsonValue | None = None
    _told_s: float = field(default=0.0)

    def tell(self, done: int, total: int) -> None:
        """Write how far it is, if some time has passed since the last word."""
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            self.wanted = tell_progress(self.run, self.claim, done, total, self.standing)

    def should_stop(self) -> bool:
        """Whether nobody wants the outcome any more."""
        return not self.wanted

    def stands(self, standing: Standing) -> None:
        """Keep the best so far for the next word; a stage without one says nothing new."""
        if standing.value is not None or self.standing is None:
            self.standing = dump(standing)

    def control(self, allowed_s: float, seed: int) -> Control:
        """A solver's control: it ends after so long, or when nobody wants its answer any more."""
        begun_s = time.monotonic()

        def left_s() -> float:
            return max(0.0, allowed_s - (time.monotonic() - begun_s))

        def stop() -> bool:
            self.tell(min(int(allowed_s), int(allowed_s - left_s())), int(allowed_s))
            return self.should_stop() or left_s() == 0.0

        def report(_progress: Progress) -> None:
            stop()

        return Control(should_stop=stop, seconds_left=left_s, report=report, seed=seed)
