"""Bilingual names and codes as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from wardmote.core.domain.codes import Code
from wardmote.core.domain.text import Bilingual


def name_json(name: Bilingual) -> dict[str, str]:
    """``{"zh": ..., "en": ...}``."""
    return {"zh": name.zh, "en": name.en}


def name_pair(zh: str, en: str) -> dict[str, str]:
    """``{"zh": ..., "en": ...}`` of a row."""
    return {"zh": zh, "en": en}


def codes_json(codes: Iterable[Code]) -> list[dict[str, object]]:
    """A list of codes with their names."""
    return [{"code": code.code, "name": name_json(code.name)} for code in codes]
