"""What pictures may be about here: a check."""

from __future__ import annotations

from wardmote.operations.inspections.selectors import area_of_check, may_see_check
from wardmote.operations.inspections.services import SUBJECT, may_add_pictures
from wardmote.operations.photos.services import Subject, register_subject

KEEP_WHILE_OPEN_DAYS = 730


def register() -> None:
    """Register the subject; called once, when the app is ready."""
    register_subject(
        Subject(SUBJECT, area_of_check, may_add_pictures, may_see_check, KEEP_WHILE_OPEN_DAYS)
    )
