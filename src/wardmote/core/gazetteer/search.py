"""Address search: what a dispatcher types, answered with places on the map."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz

from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import fold, has_han, pinyin, without_street_word
from wardmote.core.gazetteer.index import GramIndex
from wardmote.core.gazetteer.kinds import ALL_KIND_WORDS
from wardmote.core.gazetteer.names import HouseNumber, NameEntry, NameKind, crossing_ref
from wardmote.core.gazetteer.queries import (
    MAX_QUERY_CHARACTERS,
    PlaceQuery,
    parse_query,
    without_towns,
)

MAX_RESULTS = 50
"""No query returns more, whatever it asks for."""

MINIMUM_SCORE = 60.0
"""A hit scoring less (<) is not shown: it would be a guess that costs the dispatcher time."""

_CANDIDATES = 160
_REMEMBERED = 256
_STREETS_FOR_A_CROSSING = 8
_FAR_KM = 40.0
_FAR_PENALTY = 6.0
_OTHER_NAME = 0.97
_KIND_WORD = 0.7
"""Weight of a word for a kind of place: even the nearest such place comes below a name as asked."""


class Precision(StrEnum):
    """How exactly a hit says where."""

    POINT = "point"
    """The place itself: a crossing, a landmark, a known house number."""
    NEAR_NUMBER = "near_number"
    """The nearest known house number of the street."""
    STREET = "street"
    """Somewhere on the street; ask for a crossing or a landmark."""


@dataclass(frozen=True, slots=True)
class NameHit:
    """An answer.

    Attributes:
        score: 0 to 100; 100 is the name as asked, at the point asked about.
        number: the house number asked for, when the entry is a street; else None.
        distance_m: from the point that the search was asked to prefer; None without one.
    """

    entry: NameEntry
    score: float
    lon: float
    lat: float
    precision: Precision
    number: int | None = None
    distance_m: float | None = None

    @property
    def kind(self) -> NameKind:
        """What was found."""
        return self.entry.kind

    @property
    def name(self) -> Bilingual:
        """Its name."""
        return self.entry.name


@dataclass(frozen=True, slots=True)
class _Spelling:
    text: str
    weight: float


class Gazetteer:
    """Search over the names of a place. Build it once and share it: it does not change."""

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        self._entries: tuple[NameEntry, ...] = tuple(entries)
        self._crossings: dict[str, list[NameEntry]] = {}
        # A prefecture has hundreds of streets of one name: each spelling is indexed once.
        self._owners: dict[str, list[tuple[NameEntry, float]]] = {}
        known: dict[tuple[Bilingual, tuple[str, ...], bool], list[_Spelling]] = {}
        for entry in self._entries:
            if entry.kind is NameKind.CROSSING:
                self._crossings.setdefault(entry.ref, []).append(entry)
                continue
            key = (entry.name, entry.alternatives, entry.kind is NameKind.STREET)
            if key not in known:
                known[key] = spellings(entry)
            for spelling in known[key]:
                self._owners.setdefault(spelling.text, []).append((entry, spelling.weight))
        self._spellings = tuple(self._owners)
        self._index = GramIndex(self._spellings)
        # One search asks for the same name more than once, and so do two key strokes.
        self._matches = lru_cache(maxsize=_REMEMBERED)(self._find_matches)

    def __len__(self) -> int:
        return len(self._entries)

    def search(
        self,
        text: str,
        *,
        near: tuple[float, float] | None = None,
        kinds: frozenset[NameKind] | None = None,
        limit: int = 10,
    ) -> tuple[NameHit, ...]:
        """Places that `text` may mean, best first.

        Args:
            text: an address, crossing or name in Chinese, pinyin, initials or Latin letters.
            near: (lon, lat) to prefer; two places of one name come in order of distance from it.
            kinds: only these; all when left out.
            limit: at most this many, and at most `MAX_RESULTS`.
        """
        query = parse_query(text)
        hits: list[NameHit] = []
        if query.crossing:
            hits = self._search_crossing(query, near)
        if not hits:
            hits = self._search_name(query, near)
        best = max((hit.score for hit in hits), default=0.0)
        apart = query.crossing or query.number is not None
        # "Pier 39" may be a name as it stands, whatever "Pier" alone may find.
        if apart and (best < 95 or text.rstrip()[-1:].isdigit()):
            whole = PlaceQuery(name=text.strip()[:MAX_QUERY_CHARACTERS])
            # "4th and King" may also be the name of a station, "5 Corners" of a square.
            hits += [hit for hit in self._search_name(whole, near) if hit.score >= 90]
        if kinds is not None:
            hits = [hit for hit in hits if hit.kind in kinds]
        return _best(hits, min(limit, MAX_RESULTS))

    def _search_crossing(
        self, query: PlaceQuery, near: tuple[float, float] | None
    ) -> list[NameHit]:
        firsts = self._streets(query.name)
        seconds = self._streets(query.crossing)
        hits = []
        for first, first_score in firsts:
            for second, second_score in seconds:
                if first == second:
                    continue
                for entry in self._crossings.get(crossing_ref(first, second), ()):
                    score = math.sqrt(first_score * second_score)
                    hits.append(_hit(entry, score, near, Precision.POINT))
        if hits:
            return hits
        # The two streets do not meet (or one is unknown): offer each, clearly below a crossing.
        alone = [replace(query, crossing=""), PlaceQuery(name=query.crossing)]
        return [
            replace(hit, score=hit.score * 0.8)
            for part in alone
            for hit in self._search_name(part, near)
            if hit.kind is NameKind.STREET and hit.score * 0.8 >= MINIMUM_SCORE
        ]

    def _streets(self, name: str) -> list[tuple[str, float]]:
        """The best streets for a name: their `ref` and score."""
        best: dict[str, float] = {}
        for entry, score in self._matches(name):
            if entry.kind is NameKind.STREET and score > best.get(entry.ref, 0.0):
                best[entry.ref] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return ranked[:_STREETS_FOR_A_CROSSING]

    def _search_name(self, query: PlaceQuery, near: tuple[float, float] | None) -> list[NameHit]:
        hits = []
        for entry, score in self._matches(query.name):
            if entry.kind is not NameKind.STREET:
                # A house number belongs to a street; elsewhere it is a sign of another meaning.
                penalty = 8.0 if query.number is not None else 0.0
                hits.append(_hit(entry, score - penalty, near, Precision.POINT))
            elif query.number is None or not entry.numbers:
                hits.append(_hit(entry, score, near, Precision.STREET, number=query.number))
            else:
                house, precision = nearest_number(entry.numbers, query.number, block=query.block)
                at_house = replace(entry, lon=house.lon, lat=house.lat)
                hits.append(_hit(at_house, score, near, precision, number=query.number))
        return hits

    def _find_matches(self, name: str) -> tuple[tuple[NameEntry, float], ...]:
        """Entries whose spelling is like `name`, each once, with scores >= `MINIMUM_SCORE`."""
        folded = fold(name)
        if not folded:
            return ()
        rows = self._index.candidates(folded, _CANDIDATES)
        asked = [(folded, 1.0)]
        towns = ""
        if has_han(folded):
            shorter = without_towns(folded)
            if shorter != folded:
                towns = folded.removesuffix(shorter)
                asked.append((shorter, 0.98))
                rows = np.union1d(rows, self._index.candidates(shorter, _CANDIDATES))
        elif bare := without_street_word(folded):
            asked.append((bare, 0.94))
        best: dict[int, tuple[NameEntry, float]] = {}
        for row in rows.tolist():
            spelling = self._spellings[row]
            like = max(likeness(text, spelling) * share for text, share in asked)
            if like < MINIMUM_SCORE:
                continue
            for entry, weight in self._owners[spelling]:
                score = like * weight
                if towns and _lies_in(entry, towns):
                    score = min(100.0, score / 0.98)
                if score >= MINIMUM_SCORE and score > best.get(id(entry), (entry, 0.0))[1]:
                    best[id(entry)] = (entry, score)
        return tuple(best.values())


def _lies_in(entry: NameEntry, towns: str) -> bool:
    """Whether the towns said before a street name the place that the entry lies in."""
    place = entry.context.zh.rstrip("省市县区镇乡")
    return bool(place) and place in towns


def spellings(entry: NameEntry) -> list[_Spelling]:
    """Every spelling under which an entry is found, the best weight of each."""
    found: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        if text and weight > found.get(text, 0.0):
            found[text] = weight

    names = (*_names(entry.name.zh), *_names(entry.name.en))
    others = [
        (other, _KIND_WORD if other in ALL_KIND_WORDS else _OTHER_NAME)
        for other in entry.alternatives
    ]
    for name, weight in (*names, *others):
        folded = fold(name)
        add(folded, weight)
        if entry.kind is NameKind.STREET:
            add(without_street_word(folded), weight * 0.96)
        full, initials = pinyin(folded)
        add(full, weight * 0.97)
        add(initials if len(initials) > 1 else "", weight * 0.9)
    return [_Spelling(text, weight) for text, weight in found.items()]


def _names(name: str) -> list[tuple[str, float]]:
    """A name, and a little below it its parts where one field holds several (``A, US 1``)."""
    parts = [part.strip() for part in name.replace(";", ",").split(",")]
    found = [(name, 1.0)] if name else []
    return found + [(part, 0.99) for part in parts if len(parts) > 1]


def likeness(asked: str, spelling: str) -> float:
    """0 to 100: how well a folded spelling answers a folded query.

    The most of: edit likeness; edit likeness whatever the order of words, at 98 %; likeness to the
    beginning of the spelling (a name still being typed), at 94 % and less the more is missing.
    Where both end in a street word, that word counts 12 % and the rest 88 %, so that *Mint Plaza*
    is no answer to *United Nations Plaza*. Numbers are not typing errors: when the words with
    digits differ (*1st*, *21st*), a quarter is taken off.
    """
    if asked == spelling:
        return 100.0
    bare_asked, bare_spelling = without_street_word(asked), without_street_word(spelling)
    if bare_asked and bare_spelling:
        same_word = asked.rsplit(" ", 1)[1] == spelling.rsplit(" ", 1)[1]
        ratio = 0.88 * fuzz.ratio(bare_asked, bare_spelling) + (12.0 if same_word else 0.0)
    else:
        ratio = fuzz.ratio(asked, spelling)
        if " " in asked and " " in spelling:
            ratio = max(ratio, 0.98 * fuzz.token_sort_ratio(asked, spelling))
    missing = len(spelling) - len(asked)
    if missing > 0 and len(asked) > 1:
        beginning = fuzz.ratio(asked, spelling[: len(asked)])
        ratio = max(ratio, beginning * (0.94 - 0.14 * missing / len(spelling)))
    compact = asked.replace(" ", "")
    if compact != asked and " " not in spelling:
        # Pinyin may be typed with spaces between the syllables.
        ratio = max(ratio, 0.99 * fuzz.ratio(compact, spelling))
    numbers = _WITH_DIGIT.findall(asked)
    if numbers and not set(numbers) <= set(_WITH_DIGIT.findall(spelling)):
        ratio *= 0.75
    return ratio


_WITH_DIGIT = re.compile(r"[a-z]*\d[0-9a-z]*")


def nearest_number(
    numbers: Sequence[HouseNumber], asked: int, *, block: bool
) -> tuple[HouseNumber, Precision]:
    """The house nearest to a number: the same side of the street (odd or even) first.

    For a block, any house from `asked` to `asked + 99` is in it, and the middle one is taken.
    `numbers` must not be empty.
    """
    if block:
        inside = [house for house in numbers if asked <= house.number <= asked + 99]
        if inside:
            return inside[len(inside) // 2], Precision.POINT
    same_side = [house for house in numbers if house.number % 2 == asked % 2]
    house = min(same_side or numbers, key=lambda found: (abs(found.number - asked), found.number))
    return house, Precision.POINT if house.number == asked else Precision.NEAR_NUMBER


def _hit(
    entry: NameEntry,
    score: float,
    near: tuple[float, float] | None,
    precision: Precision,
    number: int | None = None,
) -> NameHit:
    distance_m = None
    if near is not None:
        distance_m = distance_between_m(near, (entry.lon, entry.lat))
        share = min(1.0, math.log1p(distance_m / 1000) / math.log1p(_FAR_KM))
        score -= _FAR_PENALTY * share
    return NameHit(
        entry=entry,
        score=round(score, 2),
        lon=entry.lon,
        lat=entry.lat,
        precision=precision,
        number=number,
        distance_m=distance_m,
    )


def distance_between_m(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Metres between two WGS-84 points, good to 1 % within a prefecture (equirectangular)."""
    middle = math.radians((first[1] + second[1]) / 2)
    east = (second[0] - first[0]) * math.cos(middle)
    return math.hypot(east, second[1] - first[1]) * math.radians(1) * 6_371_008.8


def _best(hits: list[NameHit], limit: int) -> tuple[NameHit, ...]:
    ordered = sorted(
        hits,
        key=lambda hit: (
            -hit.score,
            hit.distance_m or 0.0,
            hit.entry.rank,
            hit.name.en,
            hit.name.zh,
            hit.lon,
            hit.lat,
        ),
    )
    kept: list[NameHit] = []
    seen: set[tuple[NameKind, Bilingual, float, float]] = set()
    for hit in ordered:
        key = (hit.kind, hit.name, round(hit.lon, 4), round(hit.lat, 4))
        if key not in seen:
            seen.add(key)
            kept.append(hit)
        if len(kept) >= limit:
            break
    return tuple(kept)
