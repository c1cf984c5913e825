"""Erasing how reporters and owners are reached, a term after their hazard ended."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from wardmote.core.domain.hazard_events import HazardContactErased
from wardmote.core.domain.ids import AreaId
from wardmote.operations.hazards.models import Hazard, HazardPart, HazardReporter
from wardmote.operations.journal.services import record

CONTACT_TERM_S = 90 * 86_400.0
ERASED_AT_ONCE = 200
RETENTION_ACTOR = "rule:retention"


def forget_contacts(now_s: float) -> int:
    """Erase contacts of hazards that ended `CONTACT_TERM_S` ago (<=); returns of how many.

    A hazard that is opened again keeps them until it ends again.
    """
    erased = 0
    while True:
        with transaction.atomic():
            known = Q(reporter__isnull=False) | Q(
                pk__in=HazardPart.objects.exclude(owner_name="", owner_phone="").values("hazard")
            )
            due = list(
                Hazard.objects.filter(known, ended_s__lte=now_s - CONTACT_TERM_S)
                .distinct()
                .order_by("pk")[:ERASED_AT_ONCE]
            )
            for hazard in due:
                HazardReporter.objects.filter(hazard=hazard).delete()
                hazard.parts.update(owner_name="", owner_phone="", owner_token_sha256="")
                event = HazardContactErased(hazard.pk, "retention")
                record([event], actor=RETENTION_ACTOR, area=AreaId(hazard.area), now_s=now_s)
        erased += len(due)
        if len(due) < ERASED_AT_ONCE:
            return erased
