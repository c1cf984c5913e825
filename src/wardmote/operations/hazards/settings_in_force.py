"""The categories of hazards in force, with what goes with them."""

from __future__ import annotations

from wardmote.core.domain.hazard_categories import (
    SHIPPED_HAZARD_CATEGORIES,
    HazardCategories,
    load_hazard_categories,
)
from wardmote.operations.places.selectors import rules_in_force

KIND = "hazard_categories"


def categories(now_s: float) -> HazardCategories:
    """The categories in force; the shipped ones until some are set."""
    data = rules_in_force(KIND, now_s)
    return SHIPPED_HAZARD_CATEGORIES if data is None else load_hazard_categories(data)
