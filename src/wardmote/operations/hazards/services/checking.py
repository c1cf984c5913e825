"""The re-check on the spot: passed, or returned for rework."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.hazard_repeats import distance_m
from wardmote.core.domain.hazard import AwayReason, PartAction, PartState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.errors import (
    NotPossibleError,
    OfficerPassesError,
    PositionNeededError,
    SecondPersonError,
    TooFarError,
)
from wardmote.operations.hazards.models import HazardPart
from wardmote.operations.hazards.recording import Deed, move_part, said, settle
from wardmote.operations.hazards.rights import acts_for, may_pass, part_to_change


@dataclass(frozen=True, slots=True)
class OnSpot:
    """Where a re-check was made.

    Attributes:
        lon, lat: the checker's position, WGS-84 degrees; None without one.
        away: why it is none, or not the hazard's place.
    """

    lon: float | None = None
    lat: float | None = None
    away: AwayReason | None = None


def check_part(
    viewer: Viewer, part_id: str, spot: OnSpot, words: str, *, passed: bool, now_s: float
) -> None:
    """Record a re-check; returning asks for words. A hazard whose parts all passed is closed.

    Raises:
        SecondPersonError: the viewer handed in the proof, or belongs to the department.
        OfficerPassesError: it was raised to a level, and the viewer is no officer who may end that.
        PositionNeededError, TooFarError: no position or one too far away (>), and no reason why.
        RefusedError: no such part, nothing waits to be checked, or words are missing.
        AccessDeniedError: the viewer may not check there.
    """
    with transaction.atomic():
        part = part_to_change(viewer, part_id, Permission.HAZARD_CHECK)
        if part.state != PartState.SUBMITTED.value:
            raise NotPossibleError
        if part.submitted_by == viewer.staff_id or acts_for(viewer, part):
            raise SecondPersonError
        if passed and not may_pass(viewer, part):
            raise OfficerPassesError
        away_m = _distance(part, spot, now_s)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=not passed))
        if part.first_checked_s is None:
            part.first_checked_s = now_s
        if not passed:
            part.returns += 1
            part.since_s = now_s
        action = PartAction.PASS if passed else PartAction.RETURN
        away = "" if spot.away is None else spot.away.value
        move_part(part, action, deed, distance_m=away_m, away=away)
        settle(part.hazard, deed)


def _distance(part: HazardPart, spot: OnSpot, now_s: float) -> float | None:
    """Metres from the hazard's place; None without a position."""
    if spot.lon is None or spot.lat is None or not math.isfinite(spot.lon + spot.lat):
        if spot.away is None:
            raise PositionNeededError
        return None
    found = distance_m(part.hazard.lon, part.hazard.lat, spot.lon, spot.lat)
    most = settings_in_force.categories(now_s).check_tolerance_m
    if found > most and spot.away is None:
        raise TooFarError(distance=math.ceil(found), most=math.floor(most))
    return found
