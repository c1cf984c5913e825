"""The files of an exercise: ``exercise/script.json``, ``ledger.jsonl`` and ``advised.json``.

The ledger is appended to by the server and by the simulated people, a line at a time, under a lock
of the file. Times are of the training room's clock.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardmote.core.domain.plain import dump, load
from wardmote.core.simulation.training.exercise import Entry, Exercise, fold
from wardmote.core.simulation.training.script import Script

FOLDER = "exercise"
_SCRIPT = "script.json"
_LEDGER = "ledger.jsonl"
_ADVISED = "advised.json"
MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class ExerciseFiles:
    """The exercise in a home's folder; it exists once a script was written."""

    folder: Path

    @classmethod
    def of_home(cls, home: Path) -> ExerciseFiles:
        """Where the exercise of a training home lies."""
        return cls(home / FOLDER)

    @property
    def exists(self) -> bool:
        """Whether an exercise was begun here."""
        return (self.folder / _SCRIPT).is_file()

    def begin(self, script: Script) -> None:
        """Write the script of a new exercise.

        Raises:
            FileExistsError: there is one already.
        """
        if self.exists:
            raise FileExistsError(self.folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / _LEDGER).touch(mode=0o600)
        _replace(self.folder / _SCRIPT, dump(script))

    def script(self) -> Script:
        """The script."""
        return load(Script, json.loads((self.folder / _SCRIPT).read_text("utf-8")))

    def entries(self) -> tuple[Entry, ...]:
        """Every line of the ledger, in order."""
        text = (self.folder / _LEDGER).read_text("utf-8")
        return tuple(load(Entry, json.loads(line)) for line in text.splitlines() if line)

    def exercise(self) -> Exercise:
        """Where the exercise stands."""
        return fold(self.script(), self.entries())

    def write(self, entry: Entry, fits: Callable[[Exercise], bool] = lambda _now: True) -> bool:
        """Append a line if the exercise, as it stands then, allows it; whether it did."""
        with (self.folder / _LEDGER).open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            entries = [load(Entry, json.loads(line)) for line in file if line.strip()]
            if len(entries) >= MAX_LINES or not fits(fold(self.script(), entries)):
                return False
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(dump(entry), ensure_ascii=False) + "\n")
        return True

    def keep_advised(self, data: Mapping[str, Any]) -> None:
        """Keep the adviser's own run."""
        _replace(self.folder / _ADVISED, data)

    def advised(self) -> dict[str, Any] | None:
        """The adviser's own run; None until it was made."""
        try:
            text = (self.folder / _ADVISED).read_text("utf-8")
        except FileNotFoundError:
            return None
        found: dict[str, Any] = json.loads(text)
        return found


def _replace(path: Path, data: Any) -> None:
    """Write a JSON file in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(data, out, ensure_ascii=False)
    Path(name).replace(path)
