"""Which hazards repeat which, and which reports were none: now, and as of any moment."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wardmote.core.domain.hazard import HazardAction, HazardState
from wardmote.operations.hazards.models import HazardRepeat, HazardStep

_GONE = [HazardState.REJECTED.value, HazardState.MERGED.value]


def turned_down(at_s: float | None = None, of: str = "") -> Q:
    """Hazards that stood rejected, or merged into another, at a moment; None: now.

    Args:
        at_s: seconds UTC.
        of: how the filtered rows name their hazard, such as ``earlier__``; empty for hazards.
    """
    gone = Q(**{f"{of}state__in": _GONE})
    if at_s is None:
        return gone
    # One that was never opened again stands as it ended; of others the history tells.
    return (gone & Q(**{f"{of}ended_s__lte": at_s})) | Q(**{f"{of}pk__in": _rejected_then(at_s)})


def _rejected_then(at_s: float) -> list[str]:
    """Hazards that stood rejected at a moment, of those that were ever opened again: few."""
    steps = HazardStep.objects.filter(
        hazard__round__gt=1, about="hazard", at_s__lte=at_s,
        action__in=[HazardAction.REJECT.value, HazardAction.REOPEN.value],
    )  # fmt: skip
    last = dict(steps.order_by("pk").values_list("hazard_id", "action"))
    return [hazard for hazard, action in last.items() if action == HazardAction.REJECT.value]


def standing_links(at_s: float | None = None) -> QuerySet[HazardRepeat]:
    """Links of a hazard with an earlier one that counts, as they stood at a moment; None: now."""
    rows = HazardRepeat.objects.filter(~turned_down(at_s, "earlier__"))
    if at_s is None:
        return rows.filter(ended_s=None)
    return rows.filter(Q(ended_s=None) | Q(ended_s__gt=at_s), linked_s__lte=at_s)
