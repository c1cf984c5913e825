"""What pictures may be about here: a hazard as it was found, and a part as it was put right."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.operations.hazards.models import Hazard, HazardPart
from wardmote.operations.hazards.recording import HAZARD_SUBJECT, PROOF_SUBJECT
from wardmote.operations.hazards.rights import (
    may_add_pictures,
    may_rectify,
    may_see,
    may_see_part,
)
from wardmote.operations.photos.services import Subject, register_subject

KEEP_WHILE_OPEN_DAYS = 1_825
"""Longer than any hazard is open; when it ends, the term of `recording` takes its place."""


def register() -> None:
    """Register both subjects; called once, when the app is ready."""
    register_subject(
        Subject(HAZARD_SUBJECT, _area_of, may_add_pictures, may_see, KEEP_WHILE_OPEN_DAYS)
    )
    register_subject(
        Subject(PROOF_SUBJECT, _area_of_part, may_rectify, may_see_part, KEEP_WHILE_OPEN_DAYS)
    )


def _area_of(hazard_id: str) -> AreaId | None:
    area = Hazard.objects.filter(pk=hazard_id).values_list("area", flat=True).first()
    return None if area is None else AreaId(area)


def _area_of_part(part_id: str) -> AreaId | None:
    rows = HazardPart.objects.filter(pk=part_id)
    area = rows.values_list("hazard__area", flat=True).first()
    return None if area is None else AreaId(area)
