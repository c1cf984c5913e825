"""What of hazards names a division: departments that get hazards there."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards.models import Department
from wardmote.operations.places.named_after import Named, ask_names_of


def names(codes: Collection[str], _now_s: float) -> list[Named]:
    """What names one of these divisions now."""
    return [
        Named("department", row.pk, Bilingual(row.name_zh, row.name_en), row.area)
        for row in Department.objects.filter(area__in=codes, active=True)
    ]


def register() -> None:
    """Have hazards asked; again changes nothing."""
    ask_names_of("hazards", names)
