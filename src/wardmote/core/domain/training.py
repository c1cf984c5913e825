"""The mark that everything made in a training room carries, in both languages."""

from __future__ import annotations

import re

from wardmote.core.domain.text import Bilingual

MARK = Bilingual(zh="演练", en="TRAINING")
"""Shown on every page and document."""

NUMBER_MARK = f"{MARK.en}-{MARK.zh}-"
"""What call numbers of a training room begin with, in rows, in the journal and in every export."""

_MARKED = re.compile(MARK.en + r"-[^-]{1,12}-\d{8}-\d{4}")
"""A marked number, also where a file was read in a wrong encoding and the Chinese got lost."""


def carries_mark(text: str) -> bool:
    """Whether a text holds the number of a training room's call."""
    return MARK.en in text and _MARKED.search(text) is not None
