"""Positions of readers that act on the journal, and what they could not do.

A reader's position moves in the transaction of what it did: after a crash either both are there or
neither, so nothing is done twice. What fails is written down beside the moved position and tried
again by itself, so that one event never holds up those behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from wardmote.operations.journal.models import JournalEntry, JournalReader, ReadingFault
from wardmote.operations.journal.selectors import last_seq

TRY_AGAIN_AFTER_S = (5.0, 30.0, 120.0, 600.0, 3_600.0)
"""So long after each failure it is tried again; after one more it is set aside."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that failed.

    Attributes:
        reaction: its name, or a round's.
        seq: the event's position; 0 of a round.
        area: whose event it is; empty of a round, which is the whole deployment's.
        cause: class of the error, and its code where it has one. Never what it was about.
        tries: how often it was tried.
        next_s: when it is tried again; None once it is set aside.
    """

    number: int
    reaction: str
    seq: int
    cause: str
    tries: int
    first_s: float
    last_s: float
    next_s: float | None
    area: str = ""


def begin_reading(reader: str, now_s: float) -> int:
    """The reader's position; a reader that is new begins at the present end of the journal."""
    with transaction.atomic():
        row, _ = JournalReader.objects.get_or_create(
            name=reader, defaults={"position": last_seq(), "moved_s": now_s}
        )
    return row.position


def position_taken(reader: str) -> int:
    """The reader's position, which is nobody else's to move until the transaction ends.

    Raises:
        RuntimeError: there is no transaction to hold it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a position is taken in the transaction that moves it")
    return JournalReader.objects.select_for_update().get(pk=reader).position


def move_position(reader: str, seq: int, now_s: float) -> None:
    """The reader has acted on everything up to `seq`."""
    JournalReader.objects.filter(pk=reader, position__lt=seq).update(position=seq, moved_s=now_s)


def keep_fault(reader: str, reaction: str, seq: int, error: BaseException, now_s: float) -> Fault:
    """Write down that a reaction failed; it is tried again later, a limited number of times."""
    row = (
        ReadingFault.objects.select_for_update()
        .filter(reader=reader, reaction=reaction, seq=seq)
        .first()
    )
    if row is None:
        row = ReadingFault(reader=reader, reaction=reaction, seq=seq, tries=0, first_s=now_s)
    row.tries += 1
    row.cause = _cause(error)
    row.last_s = now_s
    left = row.tries <= len(TRY_AGAIN_AFTER_S)
    row.next_s = now_s + TRY_AGAIN_AFTER_S[row.tries - 1] if left else None
    row.save()
    return _fault(row)


def forget_fault(reader: str, reaction: str, seq: int) -> None:
    """It works now."""
    ReadingFault.objects.filter(reader=reader, reaction=reaction, seq=seq).delete()


def due_faults(reader: str, now_s: float, limit: int) -> tuple[Fault, ...]:
    """What failed with an event and is to be tried again by now, the longest due first."""
    rows = ReadingFault.objects.filter(reader=reader, next_s__lte=now_s, seq__gt=0)
    return tuple(_fault(row) for row in rows.order_by("next_s", "pk")[:limit])


def take_fault(number: int, now_s: float) -> Fault | None:
    """The fault if it is still due; nobody else tries it until the transaction ends."""
    row = ReadingFault.objects.select_for_update().filter(pk=number, next_s__lte=now_s).first()
    return None if row is None else _fault(row)


def faults(limit: int = 200) -> tuple[Fault, ...]:
    """What failed and has not worked since, the newest first."""
    rows = list(ReadingFault.objects.order_by("-last_s", "-pk")[:limit])
    entries = JournalEntry.objects.filter(seq__in=[row.seq for row in rows if row.seq])
    areas = dict(entries.values_list("seq", "area"))
    return tuple(_fault(row, areas.get(row.seq, "")) for row in rows)


def try_again(number: int, now_s: float) -> bool:
    """Have a fault tried again now, however often it failed; returns whether there is one."""
    return bool(ReadingFault.objects.filter(pk=number, seq__gt=0).update(next_s=now_s))


def dismiss_fault(number: int) -> bool:
    """Take a fault off the list without doing it; returns whether there was one."""
    deleted, _ = ReadingFault.objects.filter(pk=number).delete()
    return bool(deleted)


def _cause(error: BaseException) -> str:
    """What kind of error it is. Its message may name people, and stays in the log."""
    code = getattr(error, "code", None)
    name = type(error).__name__
    return f"{name}: {code}"[:120] if isinstance(code, str) else name[:120]


def _fault(row: ReadingFault, area: str = "") -> Fault:
    return Fault(
        number=row.pk,
        reaction=row.reaction,
        seq=row.seq,
        cause=row.cause,
        tries=row.tries,
        first_s=row.first_s,
        last_s=row.last_s,
        next_s=row.next_s,
        area=area,
    )
