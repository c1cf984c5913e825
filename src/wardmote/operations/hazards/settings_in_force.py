"""The categories of hazards in force, with what goes with them."""

from __future__ import annotations

from wardmote.core.domain.hazard_categories import (
    SHIPPED_HAZARD_CATEGORIES,
    HazardCategories,
    load_hazard_categories,
)
from wardmote.core.domain.plain import JsonValue
from wardmote.operations.places.selectors import rules_in_force

KIND = "hazard_categories"


_loaded: dict[int, tuple[JsonValue, HazardCategories]] = {}
"""What was last read, by the identity of the data, which is held and so stays its own."""


def categories(now_s: float) -> HazardCategories:
    """The categories in force; the shipped ones until some are set."""
    data = rules_in_force(KIND, now_s)
    if data is None:
        return SHIPPED_HAZARD_CATEGORIES
    known = _loaded.get(id(data))
    if known is None or known[0] is not data:
        known = (data, load_hazard_categories(data))
        _loaded.clear()
        _loaded[id(data)] = known
    return known[1]
