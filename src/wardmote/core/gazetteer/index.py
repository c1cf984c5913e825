"""An inverted index over the spellings of names: fast enough to search at every key stroke."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wardmote.core.gazetteer.folding import grams


class GramIndex:
    """Counts, for a query, how many grams each spelling shares with it."""

    def __init__(self, spellings: Sequence[str]) -> None:
        """`spellings` are folded. The index keeps their numbers, not their text."""
        self._number_of: dict[str, int] = {}
        gram_numbers: list[int] = []
        sizes = np.empty(len(spellings), dtype=np.int32)
        for row, spelling in enumerate(spellings):
            found = grams(spelling)
            sizes[row] = len(found)
            gram_numbers.extend(
                self._number_of.setdefault(gram, len(self._number_of)) for gram in found
            )
        rows = np.repeat(np.arange(len(spellings), dtype=np.int32), sizes)
        numbers = np.array(gram_numbers, dtype=np.int64)
        order = np.argsort(numbers, kind="stable")
        counts = np.bincount(numbers, minlength=len(self._number_of))
        self._sizes = sizes
        self._first: NDArray[np.int64] = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self._rows: NDArray[np.intp] = rows[order].astype(np.intp)

    def candidates(self, folded: str, limit: int) -> NDArray[np.intp]:
        """Rows of at most `limit` spellings that look most like `folded`, best first.

        Likeness is twice the shared grams over the sum of both numbers of grams (Dice), or 0.9
        times the share of the query's grams found, whichever is more: the second is for a name
        that is still being typed. Spellings that share nothing are never returned.
        """
        asked = grams(folded)
        postings = [self._posting(gram) for gram in asked if gram in self._number_of]
        if not postings:
            return np.empty(0, dtype=np.intp)
        shared = np.bincount(np.concatenate(postings), minlength=len(self._sizes))
        rows = np.flatnonzero(shared)
        hits = shared[rows]
        likeness = np.maximum(
            2.0 * hits / (len(asked) + self._sizes[rows]), 0.9 * hits / len(asked)
        )
        if len(rows) > limit:
            # Sorting everything would take longer than all the rest: cut at the limit-th best.
            least = np.partition(likeness, len(rows) - limit)[len(rows) - limit]
            best = likeness >= least
            rows, likeness = rows[best], likeness[best]
        # Rows settle ties, so that the answer does not depend on how the sort was done.
        return rows[np.lexsort((rows, -likeness))[:limit]]

    def _posting(self, gram: str) -> NDArray[np.intp]:
        number = self._number_of[gram]
        return self._rows[self._first[number] : self._first[number + 1]]
