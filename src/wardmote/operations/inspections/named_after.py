"""What of inspections names a division: equipment that is in use."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.text import Bilingual
from wardmote.operations.inspections.models import EquipmentItem
from wardmote.operations.places.named_after import Named, ask_names_of


def names(codes: Collection[str], _now_s: float) -> list[Named]:
    """What names one of these divisions now."""
    rows = EquipmentItem.objects.filter(area__in=codes, written_off=False)
    return [
        Named("item", pk, Bilingual(f"{kind} {number}", f"{kind} {number}"), area)
        for pk, kind, number, area in rows.values_list("pk", "kind", "number", "area")
    ]


def register() -> None:
    """Have inspections asked; again changes nothing."""
    ask_names_of("inspections", names)
