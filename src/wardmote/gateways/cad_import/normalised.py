"""Normalised records in a file of their own: a JSON object a line, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from wardmote.core.domain.call_record import CallRecord
from wardmote.gateways.cad_import.reading import UnreadableFileProblem


class NormalisedFile:
    """A `RecordStore` in a JSON Lines file; records stand in the order in which they were added."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def digests(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Key -> digest of those of `keys` that the file holds."""
        wanted = frozenset(keys)
        return {record.key: record.digest for record in self.records() if record.key in wanted}

    def add(self, records: Sequence[CallRecord]) -> None:
        """Append records; the file is replaced in one step once all are written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        encoder = msgspec.json.Encoder()
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                if self._path.exists():
                    out.write(self._path.read_bytes())
                for record in records:
                    out.write(encoder.encode(record))
                    out.write(b"\n")
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def records(self) -> Iterator[CallRecord]:
        """Every record of the file; none when there is no file.

        Raises:
            UnreadableFileProblem: a line is not a record.
        """
        if not self._path.exists():
            return
        decoder = msgspec.json.Decoder(CallRecord)
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield decoder.decode(line)
                except msgspec.DecodeError as error:
                    raise UnreadableFileProblem(
                        zh=f"{self._path.name} 第 {number} 行不是规范化记录（{error}）。",
                        en=f"{self._path.name}, line {number}: not a normalised record ({error}).",
                    ) from error
