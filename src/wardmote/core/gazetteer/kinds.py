"""The words by which people ask for any place of a kind: the nearest school, a hospital.

They go into an entry's `alternatives` when a name index is built, so that the file keeps its
shape; a search knows them by `ALL_KIND_WORDS` and ranks them below names.
"""

from collections.abc import Mapping

KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "school": ("学校", "school"),
    "hospital": ("医院", "hospital"),
    "station": ("车站", "station"),
    "market": ("市场", "集市", "market"),
    "government": ("政府", "government", "town hall"),
    "police": ("派出所", "公安局", "police", "police station"),
    "fire_station": ("消防站", "消防队", "fire station"),
    "bank": ("银行", "bank"),
    "worship": ("寺庙", "教堂", "temple", "church"),
    "park": ("公园", "park"),
}
"""By kind of key place or of the base map's ``pois`` layer."""

ALL_KIND_WORDS = frozenset(word for words in KIND_WORDS.values() for word in words)


def with_kind_words(alternatives: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Other names of a place, and behind them the words for its kind that are not among them."""
    words = KIND_WORDS.get(kind, ())
    return (*alternatives, *(word for word in words if word not in alternatives))
