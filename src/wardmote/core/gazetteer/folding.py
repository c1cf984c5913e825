"""Names brought to one spelling, so that ``MISSION ST`` and ``Mission Street`` are the same.

Folding is for comparing only; what is shown is always the name as written.
"""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_ABBREVIATIONS = {
    "al": "alley",
    "aly": "alley",
    "av": "avenue",
    "ave": "avenue",
    "aven": "avenue",
    "bl": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "br": "bridge",
    "brg": "bridge",
    "cir": "circle",
    "cr": "circle",
    "crt": "court",
    "ct": "court",
    "ctr": "center",
    "centre": "center",
    "dr": "drive",
    "expwy": "expressway",
    "expy": "expressway",
    "frwy": "freeway",
    "fwy": "freeway",
    "hts": "heights",
    "hw": "highway",
    "hwy": "highway",
    "la": "lane",
    "ln": "lane",
    "mt": "mount",
    "pk": "park",
    "pkwy": "parkway",
    "pky": "parkway",
    "pl": "place",
    "plz": "plaza",
    "pt": "point",
    "pz": "plaza",
    "rd": "road",
    "rte": "route",
    "sq": "square",
    "st": "street",
    "str": "street",
    "ter": "terrace",
    "terr": "terrace",
    "tl": "trail",
    "tr": "terrace",
    "tunl": "tunnel",
    "wy": "way",
}
"""Street words as control rooms and maps shorten them (after USPS Publication 28, appendix C1)."""

_DIRECTIONS = {
    "e": "east",
    "n": "north",
    "s": "south",
    "so": "south",
    "w": "west",
    "ne": "northeast",
    "nw": "northwest",
    "se": "southeast",
    "sw": "southwest",
}

_ORDINALS = {
    word: f"{number}{suffix}"
    for number, (word, suffix) in enumerate(
        (
            ("first", "st"),
            ("second", "nd"),
            ("third", "rd"),
            ("fourth", "th"),
            ("fifth", "th"),
            ("sixth", "th"),
            ("seventh", "th"),
            ("eighth", "th"),
            ("ninth", "th"),
            ("tenth", "th"),
            ("eleventh", "th"),
            ("twelfth", "th"),
        ),
        start=1,
    )
}

STREET_WORDS = frozenset(_ABBREVIATIONS.values()) | {"row", "walk", "loop", "path", "stairway"}
"""Words that say what kind of street it is, and that callers leave out."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_HAN_ONLY = re.compile(f"[{_HAN}]")
_HAN_GAP = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
_APOSTROPHES = re.compile("['’`´]")
_NOT_A_WORD = re.compile(r"[^\w]+|_")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN_ONLY.search(text) is not None


def fold(text: str) -> str:
    """One spelling of a name or a query: lower case, no accents or marks, street words in full.

    ``St`` at the beginning of a Latin name is *Saint*; anywhere else it is *Street*.
    """
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    decomposed = unicodedata.normalize("NFD", plain)
    unaccented = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = _NOT_A_WORD.sub(" ", unicodedata.normalize("NFC", unaccented)).split()
    folded = [
        _word(word, first=index == 0, alone=len(words) == 1) for index, word in enumerate(words)
    ]
    return _HAN_GAP.sub("", " ".join(folded))


def _word(word: str, *, first: bool, alone: bool) -> str:
    if not word.isascii():
        return word
    word = _LEADING_ZEROS.sub("", word)
    if first and not alone and word == "st":
        return "saint"
    if word in _DIRECTIONS and not alone:
        return _DIRECTIONS[word]
    if first and not alone and word in {"la", "al", "mt", "pt", "cr", "tr"}:
        # La Playa, Al Scoma: at the beginning these are words of their own, except mount and point.
        return {"mt": "mount", "pt": "point"}.get(word, word)
    return _ABBREVIATIONS.get(word, _ORDINALS.get(word, word))


def without_street_word(folded: str) -> str:
    """A folded Latin name without its last street word; empty when it has none to lose."""
    words = folded.split()
    if len(words) > 1 and words[-1] in STREET_WORDS:
        return " ".join(words[:-1])
    return ""


def pinyin(text: str) -> tuple[str, str]:
    """A Chinese name in full pinyin without spaces, and the first letters of its syllables.

    Both are empty when there is no Chinese character in it. Digits and Latin letters stay.
    """
    if not has_han(text):
        return "", ""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors="default")
    joined = "".join(syllables).replace("ü", "v")
    initials = "".join(s if not s.isalpha() else s[0] for s in syllables)
    return _NOT_A_WORD.sub("", joined).casefold(), _NOT_A_WORD.sub("", initials).casefold()


def grams(folded: str) -> set[str]:
    """What the index counts: Chinese characters and pairs of them, and padded Latin trigrams."""
    found: set[str] = set()
    for word in folded.split():
        if has_han(word):
            found.update(word)
            found.update(word[i : i + 2] for i in range(len(word) - 1))
        else:
            padded = f"  {word} "
            found.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return found
