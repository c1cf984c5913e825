"""What of patrols names a division: teams that watch, and the grades of streets."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.text import Bilingual
from wardmote.operations.patrols.models import PatrolGrading, WatchTeam
from wardmote.operations.places.named_after import Named, ask_names_of


def names(codes: Collection[str], _now_s: float) -> list[Named]:
    """What names one of these divisions now."""
    teams = WatchTeam.objects.filter(area__in=codes, active=True)
    graded = PatrolGrading.objects.filter(area__in=codes).values_list("area", flat=True)
    return [
        *(Named("team", row.pk, Bilingual(row.name_zh, row.name_en), row.area) for row in teams),
        *(Named("grading", area, Bilingual(area, area), area) for area in sorted(set(graded))),
    ]


def register() -> None:
    """Have patrols asked; again changes nothing."""
    ask_names_of("patrols", names)
