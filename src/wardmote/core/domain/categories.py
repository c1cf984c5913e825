"""The category tree of calls (警情类别): codes, names, priorities, words, handover.

A code is a path: ``dispute.neighbour`` lies below ``dispute``. The tree is data with a version;
the one shipped is in `shipped_categories`, and a deployment may load its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
MAX_CATEGORIES = 2_000
MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Words by which callers name a category; Chinese are found as substrings, English as words."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """One node of the tree.

    Attributes:
        code: dotted path from the root, ``[a-z0-9_]`` between dots.
        priority: given to a new call of this category until somebody or a rule says otherwise.
        words: for suggestions only; a person decides.
        apco: the APCO common incident type codes (APCO ANS 2.103) that mean the same, the
            closest first; empty where the list has none.
        selectable: false for a heading that only groups.
    """

    code: str
    name: Bilingual
    priority: Priority
    words: Words = Words()
    apco: tuple[str, ...] = ()
    selectable: bool = True

    @property
    def parent(self) -> str | None:
        """Code of the category above; None at the top."""
        head, dot, _ = self.code.rpartition(".")
        return head if dot else None


def is_within(code: str, subtree: str) -> bool:
    """Whether category `code` is `subtree` or lies below it."""
    return code == subtree or code.startswith(subtree + ".")


@dataclass(frozen=True)
class CategoryTree:
    """A version of the tree; parents stand before their children.

    Raises:
        InvalidDataError: a code is malformed, repeated or has no parent before it, a name is
            empty, or a word occurs twice in one category.
    """

    version: str
    categories: tuple[Category, ...]

    def __post_init__(self) -> None:
        if not self.version:
            raise InvalidDataError("version", "missing")
        if not 0 < len(self.categories) <= MAX_CATEGORIES:
            raise InvalidDataError("categories", "too_many", limit=MAX_CATEGORIES)
        seen: set[str] = set()
        for row, category in enumerate(self.categories):
            _check_category(category, seen, f"categories[{row}]")
            seen.add(category.code)
        if not any(category.selectable for category in self.categories):
            raise InvalidDataError("categories", "nothing_selectable")

    @cached_property
    def _by_code(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _by_apco(self) -> dict[str, Category]:
        found: dict[str, tuple[int, Category]] = {}
        for category in self.categories:
            for rank, code in enumerate(category.apco):
                if code not in found or rank < found[code][0]:
                    found[code] = (rank, category)
        return {code: category for code, (_, category) in found.items()}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Category:
        """The category of a code.

        Raises:
            KeyError: the tree has none.
        """
        return self._by_code[code]

    def children(self, code: str | None) -> tuple[Category, ...]:
        """Categories directly below `code`, or the top ones for None, in the tree's order."""
        return tuple(category for category in self.categories if category.parent == code)

    def selectable(self) -> tuple[Category, ...]:
        """Categories that a call may have, in the tree's order."""
        return tuple(category for category in self.categories if category.selectable)

    def path(self, code: str) -> tuple[Category, ...]:
        """From the top category down to `code`."""
        parts = code.split(".")
        return tuple(self.get(".".join(parts[: end + 1])) for end in range(len(parts)))

    def from_apco(self, apco_code: str) -> Category | None:
        """The category that an APCO common incident type means; None when there is none."""
        return self._by_apco.get(apco_code)

    def to_apco(self, code: str) -> str | None:
        """The closest APCO common incident type, looked for upwards; None when there is none."""
        for category in reversed(self.path(code)):
            if category.apco:
                return category.apco[0]
        return None


def _check_category(category: Category, seen: set[str], path: str) -> None:
    if not _CODE.match(category.code) or category.code.count(".") >= MAX_DEPTH:
        raise InvalidDataError(f"{path}.code", "malformed_code", found=category.code)
    if category.code in seen:
        raise InvalidDataError(f"{path}.code", "repeated", found=category.code)
    if category.parent is not None and category.parent not in seen:
        raise InvalidDataError(f"{path}.code", "no_parent", found=category.code)
    if not (category.name.zh and category.name.en):
        raise InvalidDataError(f"{path}.name", "missing")
    for language, words in (("zh", category.words.zh), ("en", category.words.en)):
        if len(set(words)) != len(words) or "" in words:
            raise InvalidDataError(f"{path}.words.{language}", "repeated")


def dump_categories(tree: CategoryTree) -> JsonValue:
    """A tree as JSON-ready data."""
    return dump(tree)


def load_categories(data: JsonValue) -> CategoryTree:
    """The tree that `dump_categories` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(CategoryTree, data)
