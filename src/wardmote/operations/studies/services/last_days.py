"""The last day of a plan in force: when it is, what it keeps away, and taking the plan back."""

from __future__ import annotations

import datetime
import logging

from django.db import DataError, IntegrityError, transaction

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import dump
from wardmote.core.domain.study import AdoptionAction, AdoptionState
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import services as place_services
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies.errors import LastDayError, WiderPlanEndsError
from wardmote.operations.studies.models import Adoption
from wardmote.operations.studies.services.claiming import ACTOR
from wardmote.operations.studies.services.placing import UNFIT, said
from wardmote.operations.studies.services.restoring import end, in_force_about, locked, move

LONGEST_IN_FORCE = datetime.timedelta(days=3 * 366)
FAULTS = (*UNFIT, RefusedError, DataError, IntegrityError)
"""What speaks against one plan alone: others may take effect, or end, all the same."""
TOO_LATE = Bilingual(
    "方案的最后一天已过，未能按期生效。",
    "The plan's last day was over before it could take effect.",
)

logger = logging.getLogger(__name__)


def end_of(first: datetime.date, last: datetime.date | None) -> float | None:
    """When the day after the last one begins.

    Raises:
        LastDayError: it lies before the first, or too far ahead.
    """
    if last is None:
        return None
    if not first <= last <= first + LONGEST_IN_FORCE:
        raise LastDayError
    return midnight_s(last + datetime.timedelta(days=1))


def is_over(adoption: Adoption, now_s: float) -> bool:
    """Whether its last day is over; never for one that holds until it is replaced."""
    return adoption.ends_s is not None and adoption.ends_s <= now_s


def check_no_wider_ends(area: AreaId, from_s: float) -> None:
    """Refuse a plan for a part of the area of a plan in force that has a last day.

    It would end the larger plan for good, and outside its own area nothing would be taken back.

    Raises:
        WiderPlanEndsError: such a plan holds beyond `from_s`.
    """
    for row in in_force_about(area):
        wider = row.area != area and area_contains(AreaId(row.area), area)
        if wider and row.ends_s is not None and row.ends_s > from_s:
            last = local_day(row.ends_s - 1.0)
            raise WiderPlanEndsError(name=row.name, day=last.isoformat())


def end_where_due(now_s: float) -> None:
    """Take back what is in force and whose last day is over; where that cannot be, it stays."""
    due = Adoption.objects.filter(
        state=AdoptionState.IN_FORCE.value, ends_s__lte=now_s, failure__isnull=True
    )
    for adoption_id in due.order_by("ends_s", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                place_services.lock_posting()
                adoption = locked(adoption_id)
                if adoption.state == AdoptionState.IN_FORCE.value and is_over(adoption, now_s):
                    end(adoption, now_s)
        except FAULTS as error:
            logger.exception("Plan %s could not be taken back after its last day", adoption_id)
            _stay(adoption_id, said(error), now_s)


def _stay(adoption_id: str, why: Bilingual, now_s: float) -> None:
    """Tried once: it holds until a person rolls it back or another plan replaces it."""
    with transaction.atomic():
        adoption = locked(adoption_id)
        if adoption.state == AdoptionState.IN_FORCE.value:
            adoption.failure = dump(why)
            move(adoption, AdoptionAction.STAY, ACTOR, now_s)
