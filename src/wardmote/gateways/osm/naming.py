"""Names out of OSM tags, in Chinese and in English."""

import re
from collections.abc import Mapping

from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import has_han

_ZH_KEYS = ("name:zh-Hans", "name:zh", "name:zh-Hant")
_OTHER_NAMES = (
    "alt_name",
    "alt_name:zh",
    "alt_name:en",
    "old_name",
    "official_name",
    "short_name",
    "loc_name",
    "name:pinyin",
    "name:zh_pinyin",
)
_ROAD_NUMBERS = re.compile(r"(?:\s*[,;]\s*(?:[A-Z]{1,4}[ -]?)\d{1,4}[A-Z]?)+$")
MAX_NAME_CHARACTERS = 120
"""A longer name is a description; it is cut."""


def bilingual_name(tags: Mapping[str, str]) -> Bilingual | None:
    """The name in both languages; None when there is none.

    The plain ``name`` fills the side that its script fits, where that language is not tagged.
    """
    plain = _clean(tags.get("name", ""))
    zh = next((_clean(tags[key]) for key in _ZH_KEYS if tags.get(key)), "")
    en = _clean(tags.get("name:en", "") or tags.get("int_name", ""))
    if plain and has_han(plain):
        zh = zh or plain
    elif plain:
        en = en or plain
    return Bilingual(zh=zh, en=en) if zh or en else None


def street_name(tags: Mapping[str, str]) -> Bilingual | None:
    """The name of a street; the number of the road (``ref``) where it has no name."""
    found = bilingual_name(tags)
    if found is not None:
        return Bilingual(zh=_without_road_number(found.zh), en=_without_road_number(found.en))
    ref = _clean(tags.get("ref", ""))
    return Bilingual(zh="", en=ref) if ref else None


def _without_road_number(name: str) -> str:
    """``Van Ness Avenue`` for ``Van Ness Avenue, US 101``: one street, whatever road runs on it."""
    return _ROAD_NUMBERS.sub("", name) or name


def other_names(tags: Mapping[str, str], name: Bilingual) -> tuple[str, ...]:
    """Names besides `name` by which people may ask, each once, in a fixed order."""
    found: dict[str, None] = {}
    for key in (*_OTHER_NAMES, "name", "name:en", "ref"):
        for part in tags.get(key, "").split(";"):
            text = _clean(part)
            if text and text not in {name.zh, name.en}:
                found[text] = None
    return tuple(found)


def map_names(tags: Mapping[str, str]) -> dict[str, str]:
    """The name attributes of a base map feature: ``name``, ``name:zh``, ``name:en``."""
    found = bilingual_name(tags)
    if found is None:
        return {}
    local = _clean(tags.get("name", "")) or found.zh or found.en
    names = {"name": local}
    if found.zh:
        names["name:zh"] = found.zh
    if found.en:
        names["name:en"] = found.en
    return names


def _clean(text: str) -> str:
    return " ".join(text.split())[:MAX_NAME_CHARACTERS]
