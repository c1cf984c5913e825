"""What a caller's words ask for: a name, a crossing of two streets, or a number on a street."""

import re
from dataclasses import dataclass

from wardmote.core.gazetteer.folding import has_han

MAX_QUERY_CHARACTERS = 120
"""Longer input is cut: nobody says an address that long, and search time grows with it."""


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """A query taken apart.

    Attributes:
        name: the name asked for, without a house number; for a crossing the first street.
        crossing: the second street, when two were named; else empty.
        number: the house number or the block's first number; None without one.
        block: the number names a block (``700 Block of``), not a house.
    """

    name: str
    crossing: str = ""
    number: int | None = None
    block: bool = False


_BLOCK = re.compile(r"^\s*(\d{1,6})\s*(?:-?\s*blk|-?\s*block)\s+(?:of\s+)?(.+)$", re.IGNORECASE)
_NUMBER_FIRST = re.compile(
    r"^\s*(\d{1,6})(?:\s*-\s*(?:\d{1,6}|[a-z]))?(?:\s*[a-z])?\s+(?!(?:street|st|road|rd)\b)(\D.*|\d+(?:st|nd|rd|th)\b.*)$",
    re.IGNORECASE,
)
_NUMBER_LAST = re.compile(r"^(\D{4,}?)\s+(\d{1,5})(?:\s*[a-z])?$", re.IGNORECASE)
_HAN_NUMBER = re.compile(
    r"^(.+?[路街道巷弄里村坊胡同段])\s*(\d{1,6})\s*(?:-\d+|之\d+)?\s*[号號弄].*$"
)
_LATIN_SPLIT = re.compile(
    r"\s*(?:/|\\|&|@|\+|;|\band\b|\bat\b|\bx\b|×)\s*",
    re.IGNORECASE,
)
_HAN_TAIL = re.compile(r"(?:的)?(?:交叉路口|交叉口|交汇处|交界处|十字路口|丁字路口|路口|交口|口)$")
_HAN_AND = re.compile(r"\s*(?:与|和|同|跟|、|/|&|×|\+)\s*")
_HAN_PAIR = re.compile(
    r"^(\S{1,12}?(?:大道|大街|公路|[路街道巷弄]))(\S{1,12}?(?:大道|大街|公路|[路街道巷弄]))$"
)
_FRACTION = re.compile(r"(?<=\d)\s+1/2\b")
_AFTER_COMMA = re.compile(r"\s*[,，].*$")
_POSTCODE = re.compile(r"\s+\d{5}(?:-\d{4})?$")
_TOWNS = re.compile(r"^\S{1,12}?[省市县区镇乡]")


def parse_query(text: str) -> PlaceQuery:
    """Take a query apart. Never fails: what is not understood is a name."""
    text = _FRACTION.sub("", text[:MAX_QUERY_CHARACTERS]).strip()
    return _han_query(text) if has_han(text) else _latin_query(text)


def _han_query(text: str) -> PlaceQuery:
    crossing = _han_crossing(text)
    if crossing is not None:
        return crossing
    found = _HAN_NUMBER.match(text)
    return PlaceQuery(name=found[1], number=int(found[2])) if found else PlaceQuery(name=text)


def _latin_query(text: str) -> PlaceQuery:
    crossing = _latin_crossing(text)
    if crossing is not None:
        return crossing
    text = _POSTCODE.sub("", _AFTER_COMMA.sub("", text) or text)
    for pattern, block in ((_BLOCK, True), (_NUMBER_FIRST, False)):
        found = pattern.match(text)
        if found:
            return PlaceQuery(name=found[2], number=int(found[1]), block=block)
    found = _NUMBER_LAST.match(text)
    if found:
        # Hauptstraße 12, jiefang lu 12: most of the world says the number last.
        return PlaceQuery(name=found[1], number=int(found[2]))
    return PlaceQuery(name=text)


def without_towns(name: str) -> str:
    """A Chinese address without the province, city, county or district before the street."""
    while True:
        shorter = _TOWNS.sub("", name, count=1)
        if shorter == name or len(shorter) < 2:
            return name
        name = shorter


def _latin_crossing(text: str) -> PlaceQuery | None:
    parts = [part for part in _LATIN_SPLIT.split(_AFTER_COMMA.sub("", text)) if part]
    if len(parts) != 2 or any(not re.search("[a-z0-9]", part, re.IGNORECASE) for part in parts):
        return None
    if any(part.isdigit() and len(part) > 3 for part in parts):
        return None
    return PlaceQuery(name=parts[0], crossing=parts[1])


def _han_crossing(text: str) -> PlaceQuery | None:
    stripped = _HAN_TAIL.sub("", text)
    parts = [part for part in _HAN_AND.split(stripped) if part]
    if len(parts) == 2 and (stripped != text or re.search("[/&×+]", text) or _both_streets(parts)):
        return PlaceQuery(name=parts[0], crossing=parts[1])
    # 解放路人民路口: cutting off 路口 would cut the second street, so the pair is tried first.
    whole = re.sub("(?:交叉)?口$", "", text)
    pair = _HAN_PAIR.match(whole) if whole != text else _HAN_PAIR.match(stripped)
    return PlaceQuery(name=pair[1], crossing=pair[2]) if pair else None


def _both_streets(parts: list[str]) -> bool:
    return all(re.search("[路街道巷弄]$", part) for part in parts)
