"""Suggesting a category from what the caller said, naming the words that led there; people decide.

Chinese words are found as substrings, English ones as whole words regardless of case. A longer
word says more than a shorter one, and a word covered by a longer match of the same category does
not count twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from wardmote.core.domain.categories import Category, CategoryTree
from wardmote.core.domain.incident import Priority

MAX_TEXT = 2_000
MAX_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category with the words that spoke for it.

    Attributes:
        score: sum of the lengths of the matched words, Chinese characters counting double.
        words: what matched, in the order in which it stands in the text.
    """

    category: str
    priority: Priority
    score: float
    words: tuple[str, ...]


def suggest(tree: CategoryTree, text: str, limit: int = 5) -> tuple[Suggestion, ...]:
    """The best categories for a text, the best first; empty when no word of the tree occurs.

    Equal scores go to the more urgent category, then to the tree's order. Only the first
    `MAX_TEXT` characters are read.
    """
    said = text[:MAX_TEXT].lower()
    found: list[tuple[float, int, int, Suggestion]] = []
    for row, category in enumerate(tree.selectable()):
        matches = _matches(category, said)
        if matches:
            score = sum(_weight(word) for _, word in matches)
            words = tuple(word for _, word in matches)
            suggestion = Suggestion(category.code, category.priority, score, words)
            found.append((-score, int(category.priority), row, suggestion))
    found.sort(key=lambda one: one[:3])
    return tuple(one[3] for one in found[: min(limit, MAX_SUGGESTIONS)])


def _matches(category: Category, said: str) -> list[tuple[int, str]]:
    """(position, word) of the category's words in the text, without those inside longer ones."""
    spans: list[tuple[int, int, str]] = []
    for word in category.words.zh:
        at = said.find(word)
        if at >= 0:
            spans.append((at, at + len(word), word))
    for word in category.words.en:
        match = _whole_word(word).search(said)
        if match:
            spans.append((match.start(), match.end(), word))
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, word in spans:
        if not any(start < other_end and other_start < end for other_start, other_end, _ in kept):
            kept.append((start, end, word))
    return sorted((start, word) for start, _, word in kept)


@lru_cache(maxsize=10_000)
def _whole_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(word.lower())}(?![a-z0-9])")


def _weight(word: str) -> float:
    return float(sum(2 if ord(char) > 0x2E7F else 1 for char in word))
