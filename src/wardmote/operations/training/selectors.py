"""Reading the exercise: where it stands, and what it shows afterwards."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.plain import load
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.simulation.training.assessment import assess
from wardmote.core.simulation.training.exercise import Exercise
from wardmote.core.simulation.training.reference import AdvisedCall, load_measured
from wardmote.core.simulation.training.results import Assessment, GivenAdvice, TakenDown
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.dispatch.reviewing import Reviewed, reviewed
from wardmote.operations.incidents.history import CallRow, calls_linked_to, received_between
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.places.selectors import standard_in_force
from wardmote.operations.training.errors import NoExerciseError, NotATrainingRoomError
from wardmote.operations.training.ledger import ExerciseFiles

BEFORE_S = 3_600.0
MAX_RATE = 20.0


def files() -> ExerciseFiles:
    """The exercise of this training room.

    Raises:
        NotATrainingRoomError: this is a real deployment.
        NoExerciseError: there is none.
    """
    if not settings.TRAINING:
        raise NotATrainingRoomError
    found = ExerciseFiles.of_home(settings.ENVIRONMENT.home)
    if not found.exists:
        raise NoExerciseError
    return found


def exercise() -> Exercise:
    """Where the exercise stands.

    Raises:
        NotATrainingRoomError, NoExerciseError: as `files`.
    """
    return files().exercise()


def may_lead(viewer: Viewer) -> bool:
    """Whether a viewer is a trainer here: whoever may change the configuration."""
    return viewer.holds_anywhere(Permission.CONFIGURATION_EDIT)


def may_set_clock(viewer: Viewer, rate: float, served_s: float | None) -> bool:
    """Whether the room's clock may be set so: by a trainer, at most `MAX_RATE` (<=) times as fast.

    The moment may be set once, to the beginning of the script.
    """
    if not may_lead(viewer) or rate > MAX_RATE:
        return False
    if served_s is None:
        return True
    now = exercise()
    return now.began_s is None and served_s == now.script.begin_s


def assessment(viewer: Viewer, *, now_s: float) -> Assessment:
    """What the exercise shows; so far, for the trainer, while it lasts.

    Raises:
        NotATrainingRoomError, NoExerciseError: as `files`.
        AccessDeniedError: the viewer is a trainee and the exercise lasts, or sees no calls.
    """
    kept = files()
    now = kept.exercise()
    areas = viewer.areas_with(Permission.INCIDENT_VIEW)
    if not areas or (now.ended_s is None and not may_lead(viewer)):
        raise AccessDeniedError
    end_s = now_s if now.ended_s is None else now.ended_s
    rows = received_between(areas, now.script.begin_s - BEFORE_S, now_s + 1.0)
    advised, measured = _advised(kept.advised())
    return assess(now, _taken(rows), advised, measured, standard_in_force(end_s), end_s)


def _advised(
    data: dict[str, Any] | None,
) -> tuple[tuple[AdvisedCall, ...], tuple[MeasuredCall, ...]]:
    """The adviser's own run as it was kept; nothing until it was made."""
    if data is None:
        return (), ()
    return (
        tuple(load(AdvisedCall, one) for one in data["calls"]),
        tuple(load_measured(one) for one in data["measured"]),
    )


def _taken(rows: list[CallRow]) -> list[TakenDown]:
    ids = [row.pk for row in rows]
    stamps, responses = stamps_of(ids), responses_of(ids)
    linked, seen = calls_linked_to(ids), reviewed(ids)
    return [
        TakenDown(
            measured=MeasuredCall(
                incident=IncidentId(row.pk),
                category=row.category,
                priority=Priority(row.priority),
                place_class=PlaceClass(row.place_class),
                stamps=stamps.get(row.pk, {}),
                valid=row.primary_id is None,
                ended=False,
                responses=responses.get(row.pk, ()),
            ),
            number=row.number,
            lon=row.lon,
            lat=row.lat,
            linked_to=linked.get(row.pk, IncidentId("")),
            advice=tuple(
                GivenAdvice(one.made_s, one.units, one.expected_s)
                for one in seen.get(row.pk, Reviewed()).advice
            ),
            override=seen.get(row.pk, Reviewed()).override,
            withdrawn_s=seen.get(row.pk, Reviewed()).withdrawn_s,
        )
        for row in rows
    ]
