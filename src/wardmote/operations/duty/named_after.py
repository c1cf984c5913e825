"""What of duty names a division: switches, guards, plans and agreements that are in use."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.duty_level import SwitchState
from wardmote.core.domain.event_guard import GuardState
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty.models import Guard, Neighbour, Plan, Switch
from wardmote.operations.places.named_after import Named, ask_names_of


def names(codes: Collection[str], _now_s: float) -> list[Named]:
    """What names one of these divisions now."""
    waits = [SwitchState.PROPOSED.value, SwitchState.IN_FORCE.value]
    found = [
        Named("switch", row.pk, Bilingual(row.level, row.level), row.area)
        for row in Switch.objects.filter(area__in=codes, state__in=waits)
    ]
    guards = Guard.objects.filter(area__in=codes).exclude(state=GuardState.ENDED.value)
    plans = Plan.objects.filter(area__in=codes)
    neighbours = Neighbour.objects.filter(area__in=codes, ended_s=None)
    for kind, rows in (("guard", guards), ("plan", plans), ("neighbour", neighbours)):
        for pk, zh, en, area in rows.values_list("pk", "name_zh", "name_en", "area"):
            found.append(Named(kind, pk, Bilingual(zh, en), area))
    return found


def register() -> None:
    """Have duty asked; again changes nothing."""
    ask_names_of("duty", names)
