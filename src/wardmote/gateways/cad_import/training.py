"""Calls of a training room never become records: every number of theirs carries a mark."""

from __future__ import annotations

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.training import MARK


class TrainingRecordsProblem(Problem):
    """A file with calls of a training room; nothing of it is taken."""

    def __init__(self, file: str, row: int) -> None:
        super().__init__(
            zh=f"{file} 第 {row} 行是{MARK.zh}席的警情，不能作为记录导入；本文件未导入任何内容。",
            en=f"Row {row} of {file} is a call of a training room, which cannot be imported as a "
            "record. Nothing of this file was taken.",
        )
