"""Invented bilingual names, composed from character tables and never given twice in one scope."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places import name_tables as tables
from wardmote.core.simulation.generated_places.name_tables import Syllable

_TRIES = 400
_HAN_NUMBERS = "零一二三四五六七八九"


def join(*syllables: Syllable) -> Bilingual:
    """Characters run together; the pinyin as one capitalised word.

    A syllable that begins with a vowel gets an apostrophe before it: Xi'ao (GB/T 16159-2012).
    """
    latin = syllables[0][1]
    for _, pinyin in syllables[1:]:
        latin += f"'{pinyin}" if pinyin[0] in "aeo" else pinyin
    return Bilingual(zh="".join(zh for zh, _ in syllables), en=latin.capitalize())


def with_kind(stem: Bilingual, zh: str, en: str) -> Bilingual:
    """The stem followed by the kind of thing: 澄浦 + 县 / Chengpu + County."""
    return Bilingual(zh=f"{stem.zh}{zh}", en=f"{stem.en} {en}")


class Namer:
    """Gives names. Within a scope no name is repeated, in either language."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._used: dict[str, set[str]] = {}

    def _pick(self, table: Sequence[Syllable]) -> Syllable:
        return table[int(self._rng.integers(len(table)))]

    def _fresh(self, scope: str, *choices: Sequence[Sequence[Syllable]]) -> Bilingual:
        """A combination, one syllable from each table of a choice, that `scope` has not seen."""
        used = self._used.setdefault(scope, set())
        for _ in range(_TRIES):
            choice = choices[int(self._rng.integers(len(choices)))]
            syllables = [self._pick(table) for table in choice]
            name = join(*syllables)
            repeats = len({zh for zh, _ in syllables}) < len(syllables)
            if not repeats and name.zh not in used and name.en not in used:
                used.update((name.zh, name.en))
                return name
        msg = f"the tables hold too few names for {scope}"
        raise ValueError(msg)

    def place(self) -> Bilingual:
        """Stem of a city, county or town, once in the whole place."""
        return self._fresh("place", (tables.PLACE_FIRST, tables.PLACE_SECOND))

    def village(self, scope: str) -> Bilingual:
        """Stem of a village, once in its town."""
        family = (tables.SURNAMES, (("家", "jia"),), tables.VILLAGE_SECOND)
        return self._fresh(scope, (tables.VILLAGE_FIRST, tables.VILLAGE_SECOND), family)

    def community(self, scope: str) -> Bilingual:
        """Stem of a community, once in its town."""
        return self._fresh(scope, (tables.COMMUNITY_FIRST, tables.COMMUNITY_SECOND))

    def street(self, scope: str) -> Bilingual:
        """Stem of a street, once in its settlement."""
        return self._fresh(scope, (tables.STREET_FIRST, tables.STREET_SECOND))

    def river(self) -> Bilingual:
        """A river's name, once in the whole place."""
        stem = self._fresh("river", (tables.RIVER_FIRST,))
        return with_kind(stem, "水", "River")

    def person(self) -> Bilingual:
        """An invented person's name; may repeat, as names do."""
        family = self._pick(tables.SURNAMES)
        given = [self._pick(tables.GIVEN) for _ in range(1 + int(self._rng.random() < 0.8))]
        given_name = join(*given)
        return Bilingual(
            zh=family[0] + given_name.zh, en=f"{family[1].capitalize()} {given_name.en}"
        )


def ordinal_zh(number: int) -> str:
    """1-99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _HAN_NUMBERS[ones]
    return ("" if tens == 1 else _HAN_NUMBERS[tens]) + "十" + (_HAN_NUMBERS[ones] if ones else "")
