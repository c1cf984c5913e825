"""Areas in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.selectors import division_names


def area_name(area: str) -> str:
    """An area in the reader's language; its code where it has no name."""
    return area_names([area])[area]


def area_names(areas: Iterable[str]) -> dict[str, str]:
    """Areas in the reader's language, by code: one look-up for a whole page."""
    wanted, language = sorted(set(areas)), get_language() or ""
    known = division_names(wanted) if wanted else {}
    return {
        area: Bilingual(*known.get(area, ("", ""))).in_language(language) or area for area in wanted
    }
