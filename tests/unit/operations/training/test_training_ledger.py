"""The ledger of a training room, and that a real home has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.operations.small_place import DISPATCHER, SUPERVISOR, viewer

from wardmote.config.environment import read_environment
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.training.exercise import Entry, EntryKind, Line, Order
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import FORMAT, Script, ScriptedCall
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents import services as incidents
from wardmote.operations.training import services
from wardmote.operations.training.errors import (
    DoesNotFitError,
    NoExerciseError,
    NotATrainingRoomError,
)
from wardmote.operations.training.ledger import ExerciseFiles
from wardmote.operations.training.selectors import assessment, exercise, files, may_set_clock

WORDS = Bilingual("快来", "Come quickly")
BEGIN_S = 1_795_000_000.0
CALLS = tuple(
    ScriptedCall(row, BEGIN_S + 10 * row, "traffic.injury", 111.15, 27.05, WORDS, WORDS)
    for row in (1, 2)
)
SCRIPT = Script(FORMAT, "drill", WORDS, WORDS, 1, BEGIN_S, BEGIN_S + 600, CALLS, (), ())


@pytest.fixture
def room(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExerciseFiles:
    """A training room whose first call rings."""
    monkeypatch.setenv("WARDMOTE_HOME", str(tmp_path))
    (tmp_path / "training.json").write_text("{}", "ascii")
    settings.ENVIRONMENT = read_environment()
    settings.TRAINING = True
    kept = ExerciseFiles.of_home(tmp_path)
    kept.begin(SCRIPT)
    kept.write(Entry(EntryKind.RANG, BEGIN_S + 10, call=1))
    return kept


def test_a_real_home_has_no_exercise_and_cannot_get_one() -> None:
    for ask in (files, exercise, lambda: assessment(SUPERVISOR, now_s=BEGIN_S)):
        with pytest.raises(NotATrainingRoomError):
            ask()
    with pytest.raises(NotATrainingRoomError):
        services.answer_call(DISPATCHER, 1, now_s=BEGIN_S)


def test_a_room_whose_exercise_is_gone_says_so(room: ExerciseFiles) -> None:
    (room.folder / "script.json").unlink()
    with pytest.raises(NoExerciseError):
        exercise()


@pytest.mark.usefixtures("place")
def test_who_answers_takes_the_call_down_and_nobody_else(room: ExerciseFiles) -> None:
    other = viewer((Role.DISPATCHER, DISPATCHER.grants[0].area), staff="d2")
    services.answer_call(DISPATCHER, 1, now_s=BEGIN_S + 12)
    with pytest.raises(DoesNotFitError):
        services.answer_call(other, 1, now_s=BEGIN_S + 13)
    entered = incidents.enter_call(
        DISPATCHER, incidents.NewCall("traffic.injury", "phone", lon=111.15, lat=27.05),
        now_s=BEGIN_S + 20,
    )  # fmt: skip
    assert entered.number.startswith("TRAINING-演练-")
    for who, call in ((other, 1), (DISPATCHER, 2)):
        with pytest.raises(DoesNotFitError):
            services.end_call(who, call, EntryKind.TAKEN, entered.id, now_s=BEGIN_S + 21)
    services.end_call(DISPATCHER, 1, EntryKind.TAKEN, entered.id, now_s=BEGIN_S + 21)
    assert room.exercise().calls[1].line is Line.TAKEN
    with pytest.raises(AccessDeniedError):
        assessment(DISPATCHER, now_s=BEGIN_S + 30)
    services.end_exercise(SUPERVISOR, now_s=BEGIN_S + 40)
    [one] = assessment(DISPATCHER, now_s=BEGIN_S + 50).calls
    assert (one.answered_s, one.entered_s, one.right_category) == (2.0, 10.0, True)
    with pytest.raises(DoesNotFitError):
        services.answer_call(DISPATCHER, 2, now_s=BEGIN_S + 60)


@pytest.mark.usefixtures("db")
def test_only_a_trainer_orders_trouble_and_only_what_can_be_carried_out(
    room: ExerciseFiles,
) -> None:
    silent = Order(TroubleKind.CREW_SILENT, UnitId("u1"))
    with pytest.raises(AccessDeniedError):
        services.order_trouble(DISPATCHER, silent, now_s=BEGIN_S)
    name = services.order_trouble(SUPERVISOR, silent, now_s=BEGIN_S)
    assert room.exercise().orders == {name: silent}
    for bad in (
        Order(TroubleKind.CREW_SILENT),
        Order(TroubleKind.DUPLICATE_CALL),
        Order(TroubleKind.DUPLICATE_CALL, call=9),
    ):
        with pytest.raises(DoesNotFitError):
            services.order_trouble(SUPERVISOR, bad, now_s=BEGIN_S)


def test_the_trainer_sets_the_clock_within_limits_and_its_moment_once(room: ExerciseFiles) -> None:
    assert may_set_clock(SUPERVISOR, 20.0, None)
    assert not may_set_clock(SUPERVISOR, 20.1, None)
    assert not may_set_clock(DISPATCHER, 2.0, None)
    assert may_set_clock(SUPERVISOR, 2.0, BEGIN_S)
    assert not may_set_clock(SUPERVISOR, 2.0, BEGIN_S + 1)
    room.write(Entry(EntryKind.BEGAN, BEGIN_S))
    assert not may_set_clock(SUPERVISOR, 2.0, BEGIN_S)


def test_a_line_that_does_not_fit_is_not_written(room: ExerciseFiles) -> None:
    assert not room.write(Entry(EntryKind.ENDED, 1.0), lambda now: now.ended_s is not None)
    assert len(room.entries()) == 1
    with pytest.raises(FileExistsError):
        room.begin(SCRIPT)
    assert room.advised() is None
    assert room.exercise().call_of(IncidentId("none")) is None
