"""Importing records: each at most once, known by its key, compared by its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wardmote.core.domain.call_record import CallRecord


class RecordStore(Protocol):
    """Where imported records are kept: the database, or a file of normalised records."""

    def digests(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Key -> digest of those of `keys` that are already kept."""
        ...

    def add(self, records: Sequence[CallRecord]) -> None:
        """Keep new records, all of them or (on an error) none."""
        ...


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did.

    Attributes:
        added: records that were new.
        unchanged: records that were already kept with the same content.
        refused: keys of records kept earlier with other content; stamps are write-once, so what is
            kept stays.
    """

    added: int
    unchanged: int
    refused: tuple[str, ...]


def import_records(records: Iterable[CallRecord], store: RecordStore) -> ImportOutcome:
    """Keep every record that is new; importing the same file again changes nothing."""
    wanted = tuple(records)
    kept = store.digests([record.key for record in wanted])
    new = [record for record in wanted if record.key not in kept]
    refused = tuple(
        record.key for record in wanted if record.key in kept and kept[record.key] != record.digest
    )
    if new:
        store.add(new)
    return ImportOutcome(
        added=len(new), unchanged=len(wanted) - len(new) - len(refused), refused=refused
    )
