"""Nothing on record tells for which service an answer to the survey came."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import transaction
from tests.unit.operations.inspections.cast import CHIEF
from tests.unit.operations.small_place import EAST, NOW_S, viewer

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.survey import QUESTIONS, ServiceKind
from wardmote.operations.inspections import services
from wardmote.operations.inspections.services import surveying
from wardmote.operations.local_time import local_day

pytestmark = pytest.mark.usefixtures("place")
DAY_S = 86_400.0
DAY = local_day(NOW_S)
SECOND_CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="second-chief")


def survey_record(
    monkeypatch: pytest.MonkeyPatch, who: Viewer, service: str, area: str, after_s: float
) -> list[tuple[str, tuple[object, ...]]]:
    """Invite for one service, answer, and take down every row that this leaves; then undo it."""
    monkeypatch.setattr(surveying, "_finished_in", lambda kind, one: (AreaId(area), True))
    no = {one.code: "no" for one in QUESTIONS[ServiceKind.TASK]}
    sid = transaction.savepoint()
    before = every_row()
    token = services.invite(who, ServiceKind.TASK, service, now_s=NOW_S + after_s)
    services.answer(token, no, now_s=NOW_S + after_s + 900.0)
    left = every_row() - before
    transaction.savepoint_rollback(sid)
    return sorted((name, tuple(map(str, row))) for name, row in left)


def every_row() -> set[tuple[str, tuple[object, ...]]]:
    """Each row of each table, but for digests and random ids, and numbers that only count rows."""
    return {
        (
            model.__name__,
            tuple(
                "?" if re.fullmatch(r"[0-9a-f]{32,64}", str(value)) else str(value)
                for field, value in zip(model._meta.concrete_fields, row, strict=True)
                if field is not model._meta.auto_field
            ),
        )
        for model in apps.get_models()
        for row in model._base_manager.values_list()
    }


def test_whoever_reads_journal_and_tables_cannot_tell_for_which_service_an_answer_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    village, other = EAST[:9] + "201", EAST[:9] + "202"
    seen = survey_record(monkeypatch, CHIEF, "task-1", village, 0.0)
    assert seen == survey_record(monkeypatch, SECOND_CHIEF, "task-2", other, -2 * DAY_S)
    assert {name for name, _row in seen} == {"SurveyAnswer", "SurveyToken", "SurveyedService"}
    told = str(seen)
    for what in (CHIEF.staff_id, "task-1", village, str(DAY)):
        assert what not in told
