"""The runner: one child at a time, killed when its run is cancelled, given up with the server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
from tests.unit.operations.small_place import COUNTY, NOW_S, viewer

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.study import RunState
from wardmote.operations.studies import services
from wardmote.operations.studies.models import Run
from wardmote.operations.studies.runner import StudyRunner

PLANNER = viewer((Role.PLANNER, COUNTY), staff="planner")
UNTIL_THE_SERVER_ENDS = "import sys; sys.stdin.buffer.read()"
AT_ONCE = "import sys; sys.exit(7)"


def ask(study: str, at_s: float = NOW_S) -> str:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    wanted = services.TrialWanted((plan,), (), seed=1, runs=2, days=1)
    return services.ask_trial(PLANNER, study, wanted, now_s=at_s)


@pytest.fixture
def study(place: None) -> str:
    return services.open_study(PLANNER, COUNTY, "s", "", now_s=NOW_S)


@pytest.fixture
def waiting() -> Iterator[StudyRunner]:
    """A runner whose children wait for the server's end."""
    runner = StudyRunner(lambda run, claim: (sys.executable, "-c", UNTIL_THE_SERVER_ENDS))
    yield runner
    runner.give_up()


def state(run: str) -> tuple[str, str]:
    row = Run.objects.get(pk=run)
    return row.state, row.failure


def test_one_run_is_computed_at_a_time_in_a_child(study: str, waiting: StudyRunner) -> None:
    first, second = ask(study), ask(study, NOW_S + 1)
    waiting.step()
    child = waiting.process_id
    waiting.step()
    assert waiting.process_id == child
    assert (state(first)[0], state(second)[0]) == (RunState.RUNNING, RunState.QUEUED)


def test_a_cancelled_run_loses_its_child_and_the_next_one_begins(
    study: str, waiting: StudyRunner
) -> None:
    first, second = ask(study), ask(study, NOW_S + 1)
    waiting.step()
    child = waiting.process_id
    assert child is not None
    services.cancel_run(PLANNER, study, first, now_s=NOW_S)
    waiting.step()
    assert not psutil.pid_exists(child)
    assert state(first) == (RunState.CANCELLED, "")
    waiting.step()
    assert state(second)[0] == RunState.RUNNING


def test_a_child_that_ends_without_an_outcome_leaves_a_failed_run(study: str) -> None:
    runner = StudyRunner(lambda run, claim: (sys.executable, "-c", AT_ONCE))
    run = ask(study)
    runner.step()
    child = psutil.Process(runner.process_id)
    deadline_s = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline_s
    runner.step()
    assert state(run) == (RunState.FAILED, services.PROCESS_ENDED)


def test_a_stopping_server_takes_its_child_with_it(study: str, waiting: StudyRunner) -> None:
    run = ask(study)
    waiting.step()
    child = waiting.process_id
    assert child is not None
    waiting.give_up()
    assert not psutil.pid_exists(child)
    assert state(run) == (RunState.FAILED, services.SERVER_STOPPED)


def test_a_child_ends_by_itself_when_its_server_is_killed() -> None:
    server = (
        "import subprocess, sys, threading, os\n"
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdin=subprocess.PIPE,"
        " start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "threading.Event().wait()\n"
    )
    program = (
        "from wardmote.config.study_run import end_with_the_server; import threading\n"
        "end_with_the_server(); threading.Event().wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", server, program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        child.wait(60)
    assert not child.is_running()


def test_a_cancelled_search_has_time_to_hand_back_its_best(
    study: str, waiting: StudyRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = services.ProposalWanted("best", "most_cover", "", 1, (), (), 1, 20)
    run = services.ask_proposal(PLANNER, study, wanted, now_s=NOW_S)
    waiting.step()
    child = waiting.process_id
    assert child is not None
    services.cancel_run(PLANNER, study, run, now_s=NOW_S)
    monkeypatch.setattr("wardmote.operations.studies.runner.HAND_BACK_WITHIN_S", 0.2)
    waiting.step()
    assert psutil.pid_exists(child)
    assert state(run) == (RunState.CANCELLING, "")
    deadline_s = time.monotonic() + 30
    while waiting.process_id is not None:
        waiting.step()
        assert time.monotonic() < deadline_s
    assert not psutil.pid_exists(child)
    assert state(run) == (RunState.CANCELLED, "")
