"""A file and a mapping read into normalised calls, with an account of every row."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wardmote.core.domain.call_record import CallRecord, RecordFlag, RecordTime
from wardmote.core.domain.training import carries_mark
from wardmote.gateways.cad_import.assembling import assemble, source_categories
from wardmote.gateways.cad_import.coverage import Coverage, coverage
from wardmote.gateways.cad_import.mapping import MappingProblem, RecordMapping, check_ready
from wardmote.gateways.cad_import.reading import UnreadableFileProblem, read_rows, unique_names
from wardmote.gateways.cad_import.rejections import Rejection, RowRejectedError
from wardmote.gateways.cad_import.rows import RowReader, SourceRow
from wardmote.gateways.cad_import.training import TrainingRecordsProblem

PROGRESS_ROWS = 5_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RecordSet:
    """Everything that a file says, and what it leaves out.

    Attributes:
        calls: ordered by time received.
        rejections: in the order of the file; the row is left out whole.
        rows: rows read, rejected ones included, header and blank lines not.
        flags: how many times each flag was raised, on calls and on units.
        missing_stamps: stamp -> share of the calls (call stamps) or units (unit stamps) without it.
        unmapped_categories: source category -> calls, for those the mapping gives no code.
        digest: SHA-256 over the records' digests; equal for the same content in any row order.
    """

    source: str
    calls: tuple[CallRecord, ...]
    rejections: tuple[Rejection, ...]
    rows: int
    flags: Mapping[RecordFlag, int]
    missing_stamps: Mapping[RecordTime, float]
    unmapped_categories: Mapping[str, int]
    coverage: Coverage
    digest: str


def read_records(path: Path, mapping: RecordMapping, progress: Progress | None = None) -> RecordSet:
    """Read a file through a mapping that is ready for use.

    Raises:
        MappingProblem: not ready (see `check_ready`), or names a column that the file lacks.
        UnreadableFileProblem: the file cannot be read.
        TrainingRecordsProblem: it holds calls of a training room.
    """
    check_ready(mapping)
    rows, rejections, count = _read_rows(path, mapping, progress)
    calls = assemble(rows, mapping)
    digest = hashlib.sha256("".join(sorted(call.digest for call in calls)).encode()).hexdigest()
    unmapped = Counter(
        call.source_category for call in calls if call.source_category and call.category is None
    )
    return RecordSet(
        source=mapping.source,
        calls=calls,
        rejections=tuple(rejections),
        rows=count,
        flags=_flag_counts(calls),
        missing_stamps=_missing_stamps(calls, mapping),
        unmapped_categories=dict(unmapped.most_common()),
        coverage=coverage(_received_on_the_wall(calls, mapping)),
        digest=digest,
    )


def _read_rows(
    path: Path, mapping: RecordMapping, progress: Progress | None
) -> tuple[list[SourceRow], list[Rejection], int]:
    reader: RowReader | None = None
    rows: list[SourceRow] = []
    rejections: list[Rejection] = []
    count = 0
    header_row = mapping.layout.header_row
    for number, cells in read_rows(path, mapping.layout):
        if any(carries_mark(cell) for cell in cells):
            raise TrainingRecordsProblem(path.name, number)
        if number < header_row:
            continue
        if reader is None:
            names = unique_names(cells if header_row else [""] * len(cells))
            reader = RowReader(mapping, names)
            if header_row:
                continue
        count += 1
        try:
            rows.append(reader.read(number, cells))
        except RowRejectedError as rejected:
            rejections.append(rejected.rejection)
        if progress is not None and count % PROGRESS_ROWS == 0:
            progress(count)
    if reader is None:
        raise UnreadableFileProblem(
            zh=f"{path.name} 在第 {header_row} 行之后没有记录。",
            en=f"{path.name} holds no rows from row {header_row} on.",
        )
    return rows, rejections, count


def _flag_counts(calls: tuple[CallRecord, ...]) -> dict[RecordFlag, int]:
    counts = Counter(flag.flag for call in calls for flag in call.flags)
    counts.update(flag.flag for call in calls for unit in call.units for flag in unit.flags)
    return dict(counts.most_common())


def _missing_stamps(
    calls: tuple[CallRecord, ...], mapping: RecordMapping
) -> dict[RecordTime, float]:
    units = [unit.stamps for call in calls for unit in call.units]
    own = [call.stamps for call in calls]
    shares = {}
    for stamp in mapping.times.columns:
        holders = units if units and not any(held.at(stamp) for held in own) else own
        missing = sum(1 for held in holders if held.at(stamp) is None)
        shares[stamp] = missing / len(holders) if holders else 0.0
    return shares


def _received_on_the_wall(
    calls: tuple[CallRecord, ...], mapping: RecordMapping
) -> list[datetime.datetime]:
    zone = mapping.times.zone_info()
    return [
        datetime.datetime.fromtimestamp(call.received_s, tz=zone).replace(tzinfo=None)
        for call in calls
    ]


__all__ = ["MappingProblem", "RecordSet", "read_records", "source_categories"]
