"""The stream's hub: reads the journal as it grows and hands each frame to those who may see it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId
from wardmote.operations.journal import bus
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.web.live import frames
from wardmote.web.live.live_clock import LiveClock
from wardmote.web.live.roll import Roll
from wardmote.web.live.sight import Sight, Subject, subject_of
from wardmote.web.live.subscriptions import Subscription
from wardmote.web.live.threads import DatabaseThreads

POLL_S = 1.0
"""Another process may write the journal too; its events are seen at this pace at the latest."""

BATCH = 500
REMEMBERED = 10_000
"""Journal frames kept for readers that come back after a lost connection."""

MAX_HISTORY = 5_000
"""A reader further behind than this fetches the board again, which is quicker."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """One journal event ready to be sent."""

    seq: int
    subject: Subject
    frame: bytes


@dataclass(frozen=True, slots=True)
class JournalSource:
    """How the hub reads; every callable runs on a database thread.

    Attributes:
        last_seq: the newest position of the journal.
        events_after: up to `limit` events behind a position, in order.
        on_duty: (unit, area) of units on duty.
        sent: (call, unit) of assignments that are not over.
    """

    last_seq: Callable[[], int]
    events_after: Callable[[int, int], Sequence[Event]]
    on_duty: Callable[[], Sequence[tuple[str, str]]]
    sent: Callable[[], Sequence[tuple[str, str]]]


class Hub:
    """Fans the journal out. Everything but `wake` is used on the event loop alone.

    Attributes:
        head: the newest journal position that was handed out.
        roll: units on duty and units sent to calls, up to `head`.
        clock: the deployment's clock.
    """

    def __init__(self, source: JournalSource, threads: DatabaseThreads) -> None:
        self.head = 0
        self.roll = Roll()
        self.clock = LiveClock(threads)
        self._source = source
        self._threads = threads
        self._recent: deque[Told] = deque(maxlen=REMEMBERED)
        self._by_sight: defaultdict[Sight, set[Subscription]] = defaultdict(set)
        self._grown = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    @property
    def alive(self) -> bool:
        """Whether the journal is being followed."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Take up the journal at its end and follow it."""
        source = self._source
        await self.clock.refresh()
        self.head = await self._threads.run(source.last_seq)
        on_duty = await self._threads.run(source.on_duty)
        self.roll.begin(on_duty, await self._threads.run(source.sent))
        loop = self._loop = asyncio.get_running_loop()

        def wake(_seq: int) -> None:
            loop.call_soon_threadsafe(self._grown.set)

        self._unsubscribe = bus.subscribe(wake)
        self._task = asyncio.create_task(self._follow(), name="journal to streams")

    async def stop(self) -> None:
        """Stop following and end every stream."""
        self.end()
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def end(self) -> None:
        """End every stream; new ones end at once."""
        self._ended = True
        for subscriptions in list(self._by_sight.values()):
            for subscription in list(subscriptions):
                subscription.end()

    @property
    def followers(self) -> int:
        """How many streams are open."""
        return sum(len(subscriptions) for subscriptions in self._by_sight.values())

    def sights(self) -> tuple[Sight, ...]:
        """The different sights among the followers."""
        return tuple(self._by_sight)

    def subscribe(self, sight: Sight, behind: int) -> Subscription:
        """Follow from here on, leaving out journal frames up to position `behind`."""
        subscription = Subscription(sight, behind)
        self._by_sight[sight].add(subscription)
        if self._ended:
            subscription.end()
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Stop following."""
        group = self._by_sight.get(subscription.sight)
        if group is not None:
            group.discard(subscription)
            if not group:
                del self._by_sight[subscription.sight]

    def change_sight(self, subscription: Subscription, sight: Sight) -> None:
        """The reader's permissions changed: it must fetch the board again."""
        self.unsubscribe(subscription)
        subscription.sight = sight
        self._by_sight[sight].add(subscription)
        subscription.start_afresh()

    def tell(self, sight: Sight, frame: bytes) -> None:
        """Send a frame to all followers with this sight."""
        for subscription in self._by_sight.get(sight, ()):
            subscription.push(frame)

    def tell_all(self, frame: bytes) -> None:
        """Send a frame to everybody."""
        for sight in self.sights():
            self.tell(sight, frame)

    def tell_recommendation(self, area: AreaId, ranking: Mapping[str, Any]) -> None:
        """Send the full ranking of a call to those who may see the call; from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._tell_recommendation, area, ranking)

    def _tell_recommendation(self, area: AreaId, ranking: Mapping[str, Any]) -> None:
        frame = frames.recommendation_frame(ranking)
        for sight in self.sights():
            if sight.sees_calls_in(area):
                self.tell(sight, frame)

    async def history(self, sight: Sight, after: int, until: int) -> bytes | None:
        """The frames of positions after < seq <= until that `sight` sees.

        None when they are too many, or `after` lies behind the end of the journal: the reader
        must fetch the board again.
        """
        if after >= until:
            newest = await self._threads.run(self._source.last_seq) if after > until else until
            return None if after > newest else b""
        if until - after > MAX_HISTORY:
            return None
        if self._recent and self._recent[0].seq <= after + 1:
            told = [one for one in self._recent if after < one.seq <= until]
        else:
            events = await self._threads.run(
                lambda: self._source.events_after(after, MAX_HISTORY + 1)
            )
            told = [_told(event) for event in events if event.seq <= until]
        return b"".join(one.frame for one in told if self._sees(sight, one.subject))

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._grown.wait()
            self._grown.clear()
            try:
                while await self._read_on():
                    pass
            except UNANSWERED:
                # Nothing is lost: the journal is read again from the same position.
                logger.exception("The journal could not be read; trying again")
                await asyncio.sleep(POLL_S)

    async def _read_on(self) -> bool:
        """Hand out one batch; true when there may be more."""
        head = self.head
        source = self._source
        events = await self._threads.run(lambda: source.events_after(head, BATCH))
        for event in events:
            self.roll.fold(event)
            told = _told(event)
            self._recent.append(told)
            self.head = event.seq
            for sight in self.sights():
                if self._sees(sight, told.subject):
                    for subscription in self._by_sight[sight]:
                        subscription.push_journal(told.seq, told.frame)
        return len(events) == BATCH

    def _sees(self, sight: Sight, subject: Subject) -> bool:
        return sight.sees(subject, self.roll.sent_to(subject.incident))


def _told(event: Event) -> Told:
    return Told(event.seq, subject_of(event), frames.journal_frame(event))


async def tell_clock(hub: Hub, every_s: float = POLL_S) -> None:
    """Tell everybody when the rate of the clock changes; runs until it is cancelled."""
    rate = hub.clock.read().rate
    while True:
        await asyncio.sleep(every_s)
        try:
            reading = await hub.clock.refresh()
        except UNANSWERED:
            logger.exception("The clock could not be read; trying again")
            continue
        if reading.rate != rate:
            rate = reading.rate
            hub.tell_all(frames.clock_frame(reading))
