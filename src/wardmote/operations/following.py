"""Acts on the journal after the commit, and does what is due by the clock: one thread a server.

What follows from an event is a reaction; the tables of reactions and rounds are in `reactions` and
`rounds`. Each event is handled in one transaction with the reader's position, each reaction in a
savepoint of its own: one that fails undoes what it did itself, is written down as a fault, tried
again and in the end set aside for an administrator, while everything behind it goes on. So what
happened is acted on once, whatever stops in between; but a reaction that is tried again comes later
than its event, and has to look at how things stand by then. Reactions change rows only: what
reaches outside is a row that somebody else sends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import (
    DataError,
    IntegrityError,
    ProgrammingError,
    close_old_connections,
    connections,
    transaction,
)

from wardmote.core.domain.events import REGISTRY, Event, Payload, UnknownEventError
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.problem import Problem
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import bus, clock, readers
from wardmote.operations.journal.selectors import (
    event_at,
    events_of_types,
    first_of_types,
    last_seq,
)
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.operations.refusals import RefusedError

READER = "reactions"
UNREADABLE = "unreadable"
"""Stands for every reaction where the event itself cannot be read by this release."""

BATCH = 200
RETRIES_AT_ONCE = 20
KEEP_EVERY = 1_000
"""Events without a reaction are passed over in memory; the row follows this many behind."""
APART_S = 0.2
"""However fast the journal grows, it is looked at no more often; machine seconds."""
LONGEST_SLEEP_S = 2.0
TRY_AGAIN_S = 1.0
END_WITHIN_S = 30.0
STUCK_AFTER = 20
"""A reaction that the database refuses so often, while it answers others, is a fault itself."""

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    AccessDeniedError,
    DataError,
    IntegrityError,
    ObjectDoesNotExist,
    Problem,
    ProgrammingError,
    RefusedError,
    TransitionRefusedError,
    ValidationError,
)
"""What a reaction or a round may fail with without ending the thread for all others."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from events of some kinds.

    Attributes:
        name: what the journal's faults call it; stays when the code moves.
        on: classes of payloads, of every version that still occurs.
        run: is told the event and the time (seconds UTC), inside a transaction.
    """

    name: str
    on: tuple[type[Payload], ...]
    run: Callable[[Event, float], None]


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do again and again.

    Attributes:
        name: what faults call it.
        every_s: seconds of the deployment's clock from one time to the next.
        run: is told the time. It makes its own transactions, short ones, since nobody else writes
            meanwhile; where more is left than it does at once it returns true, and is called
            again as soon as reactions had their turn.
    """

    name: str
    every_s: float
    run: Callable[[float], bool | None]


class JournalFollower:
    """The thread of the server that reacts and goes its rounds."""

    def __init__(self, reactions: Sequence[Reaction], rounds: Sequence[Round]) -> None:
        """Raises ValueError when two reactions or rounds have one name."""
        names = [one.name for one in reactions] + [one.name for one in rounds]
        if len(set(names)) != len(names):
            raise ValueError("reactions and rounds have names of their own")
        self._by_name = {one.name: one for one in reactions}
        self._by_type: dict[str, list[Reaction]] = {}
        for one in reactions:
            for payload_class in one.on:
                self._by_type.setdefault(REGISTRY.type_name(payload_class), []).append(one)
        self._rounds = tuple(rounds)
        self._next_s: dict[str, float] = {}
        self._failed_rounds = {one.name for one in rounds}
        self._position = 0
        self._kept = 0
        self._stuck: dict[tuple[str, int], int] = {}
        self._failing = False
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reactions", daemon=True)

    # --- the thread ----------------------------------------------------------------------------

    def start(self) -> None:
        """Take up the position, then begin."""
        self.begin()
        self._thread.start()

    def stop(self) -> None:
        """End the thread when the event in hand is done."""
        self._over.set()
        self._wake.set()
        self._thread.join(END_WITHIN_S)

    @property
    def well(self) -> bool:
        """Whether the thread lives and the database answers it."""
        return self._thread.is_alive() and not self._failing

    def begin(self) -> None:
        """Read the position; a deployment that is new begins at the journal's present end."""
        self._position = self._kept = readers.begin_reading(READER, clock.now_s())

    def _run(self) -> None:
        unsubscribe = bus.subscribe(lambda _seq: self._wake.set())
        try:
            while not self._over.is_set():
                self._wake.clear()
                busy = self._look()
                close_old_connections()
                if not busy:
                    self._wake.wait(TRY_AGAIN_S if self._failing else LONGEST_SLEEP_S)
                self._over.wait(APART_S)
        finally:
            unsubscribe()
            connections.close_all()

    def _look(self) -> bool:
        try:
            busy = self.work()
        except UNANSWERED:
            if not self._failing:
                logger.exception("The database did not answer; trying again until it does")
            self._failing = True
            return False
        self._failing = False
        return busy

    def work(self) -> bool:
        """React to what is new, try again what failed, do what is due.

        Returns:
            whether there may be more to do at once.

        Raises:
            DatabaseError: the database does not answer; nothing is half done.
        """
        now_s = clock.now_s()
        busy = self._follow(now_s)
        for fault in readers.due_faults(READER, now_s, RETRIES_AT_ONCE):
            self._try_again(fault, now_s)
        return self._go_round(now_s) or busy

    # --- events --------------------------------------------------------------------------------

    def _follow(self, now_s: float) -> bool:
        head = last_seq()
        if head <= self._position:
            return False
        types = tuple(self._by_type)
        try:
            events = events_of_types(self._position, head, types, BATCH)
        except UnknownEventError:
            self._follow_to_unreadable(head, types, now_s)
            return True
        for event in events:
            if self._over.is_set():
                return False
            self._handle(event, now_s)
        if len(events) == BATCH:
            return True
        if events or self._kept + KEEP_EVERY <= head:
            self._keep(head, now_s)
        self._position = max(self._position, head)
        return False

    def _follow_to_unreadable(self, head: int, types: Sequence[str], now_s: float) -> None:
        """React up to the first event that this release cannot read, and set that one aside."""
        while (seq := first_of_types(self._position, head, types)) is not None:
            try:
                event = event_at(seq)
            except UnknownEventError as error:
                logger.exception("Event %d cannot be read; no reaction follows it", seq)
                with transaction.atomic():
                    readers.keep_fault(READER, UNREADABLE, seq, error, now_s)
                self._keep(seq, now_s)
                self._position = seq
                return
            if event is not None:
                self._handle(event, now_s)

    def _handle(self, event: Event, now_s: float) -> None:
        with transaction.atomic():
            if readers.position_taken(READER) < event.seq:
                for reaction in self._reactions_to(event):
                    self._react(reaction, event, now_s)
                readers.move_position(READER, event.seq, now_s)
        self._position = self._kept = event.seq

    def _reactions_to(self, event: Event) -> Sequence[Reaction]:
        kind = type(event.payload)
        return [one for one in self._by_type.get(REGISTRY.type_name(kind), ()) if kind in one.on]

    def _react(self, reaction: Reaction, event: Event, now_s: float) -> bool:
        """Run a reaction in a savepoint; a failure is written down. Returns whether it worked."""
        about = (reaction.name, event.seq)
        try:
            with transaction.atomic():
                reaction.run(event, now_s)
        except FAULTS as error:
            self._note(reaction.name, event.seq, error, now_s)
            return False
        except UNANSWERED as error:
            self._stuck[about] = self._stuck.get(about, 0) + 1
            if self._stuck[about] < STUCK_AFTER:
                raise
            self._note(reaction.name, event.seq, error, now_s)
            return False
        self._stuck.pop(about, None)
        return True

    def _note(self, name: str, seq: int, error: BaseException, now_s: float) -> None:
        fault = readers.keep_fault(READER, name, seq, error, now_s)
        self._stuck.pop((name, seq), None)
        if fault.next_s is None:
            logger.error("%s is set aside for event %d", name, seq, exc_info=error)
        else:
            logger.warning("%s failed for event %d", name, seq, exc_info=error)

    def _keep(self, seq: int, now_s: float) -> None:
        with transaction.atomic():
            readers.move_position(READER, seq, now_s)
        self._kept = seq

    def _try_again(self, fault: readers.Fault, now_s: float) -> None:
        with transaction.atomic():
            if readers.take_fault(fault.number, now_s) is None:
                return
            try:
                event = event_at(fault.seq)
            except UnknownEventError as error:
                readers.keep_fault(READER, fault.reaction, fault.seq, error, now_s)
                return
            if event is None or self._react_again(fault, event, now_s):
                readers.forget_fault(READER, fault.reaction, fault.seq)

    def _react_again(self, fault: readers.Fault, event: Event, now_s: float) -> bool:
        """Whether the fault is over: it works now, or this release has no such reaction."""
        if fault.reaction == UNREADABLE:
            for one in self._reactions_to(event):
                self._react(one, event, now_s)
            return True
        reaction = self._by_name.get(fault.reaction)
        return reaction is None or self._react(reaction, event, now_s)

    # --- rounds --------------------------------------------------------------------------------

    def _go_round(self, now_s: float) -> bool:
        busy = False
        for one in self._rounds:
            next_s = self._next_s.get(one.name)
            # A clock that was set back must not keep a round waiting.
            if next_s is not None and next_s - one.every_s <= now_s < next_s:
                continue
            if self._over.is_set():
                return False
            more = self._do(one, now_s)
            self._next_s[one.name] = now_s if more else now_s + one.every_s
            busy = busy or more
        return busy

    def _do(self, one: Round, now_s: float) -> bool:
        try:
            more = bool(one.run(now_s))
        except FAULTS as error:
            with transaction.atomic():
                readers.keep_fault(READER, one.name, 0, error, now_s)
            self._failed_rounds.add(one.name)
            logger.warning("The round %s failed", one.name, exc_info=error)
            return False
        if one.name in self._failed_rounds:
            readers.forget_fault(READER, one.name, 0)
            self._failed_rounds.discard(one.name)
        return more
