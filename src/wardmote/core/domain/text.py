"""Names that exist in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name in both languages of the product.

    Either may be empty when the source has only one; readers then show the other.
    """

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The name for a language tag such as ``zh-hans`` or ``en``; falls back to the other."""
        if language.lower().startswith("zh"):
            return self.zh or self.en
        return self.en or self.zh
