"""Pictures prove that a task was done: kept of that very task, by whoever holds it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import NOW_S
from tests.unit.operations.tasks.beat_place import (
    ASSISTANT,
    CHIEF,
    NAME,
    OFFICER,
    PLACE,
    SECOND,
    request,
)

from wardmote.core.domain.photo import PictureKind
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.task_form import FieldKind, FormField, TaskForm
from wardmote.operations.journal import clock
from wardmote.operations.photos import files
from wardmote.operations.photos.services import keep_photo
from wardmote.operations.photos.subjects import subject_of
from wardmote.operations.tasks import services
from wardmote.operations.tasks.errors import AnswersRefusedError
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services import Whereabouts

HOUR_S = 3_600.0
THERE = Whereabouts(PLACE.lon, PLACE.lat)
FORM = TaskForm(
    (
        FormField("pic", NAME, FieldKind.PHOTO, required=True),
        FormField("sig", NAME, FieldKind.SIGNATURE, required=True),
    )
)


def made(code: str) -> str:
    with transaction.atomic():
        return services.make(request(code, form=FORM), actor="rule:test", now_s=NOW_S)


def kept(task: str, kind: PictureKind) -> str:
    key = f"{task[-8:]}{kind.value}"
    return keep_photo(ASSISTANT, picture(), "task", task, None, NOW_S, key=key, kind=kind)


def test_only_pictures_kept_of_this_task_and_of_their_kind_answer_for_it(
    beat: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    mine, other = made("1"), made("2")
    photo, signature = (kept(mine, kind) for kind in PictureKind)
    foreign = kept(other, PictureKind.PHOTOGRAPH)
    for pictures, signed, field in (
        (["no-such-picture"], signature, "pic"),
        ([photo, foreign], signature, "pic"),
        ([signature], signature, "pic"),
        ([photo], photo, "sig"),
        ([photo], "me", "sig"),
    ):
        answers: dict[str, JsonValue] = {"pic": list(pictures), "sig": signed}
        with pytest.raises(AnswersRefusedError) as refused:
            services.finish(ASSISTANT, mine, answers, now_s=NOW_S, where=THERE)
        assert refused.value.values["faults"] == [(field, "no_such_picture")]
    assert Task.objects.get(pk=mine).state == "open"
    good: dict[str, JsonValue] = {"pic": [photo], "sig": signature}
    assert services.finish(ASSISTANT, mine, good, now_s=NOW_S, where=THERE).state == "done"


def test_who_held_a_task_sends_and_sees_its_pictures_only_while_a_phone_may_be_offline(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.hand_over(ASSISTANT, task, "a2", "workload", now_s=NOW_S)
    subject = subject_of("task")
    for later_s, may in ((0.0, True), (72 * HOUR_S, True), (72 * HOUR_S + 1.0, False)):
        monkeypatch.setattr(clock, "now_s", lambda later_s=later_s: NOW_S + later_s)
        assert subject.may_add(ASSISTANT, task) is may
        assert subject.may_see(ASSISTANT, task) is may
        assert subject.may_add(SECOND, task)
        for leader in (OFFICER, CHIEF):
            assert subject.may_see(leader, task)
            assert not subject.may_add(leader, task)
