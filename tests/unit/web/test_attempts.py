"""What a form asks for is done, told, and left to the page as its room says."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import RequestFactory

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections.errors import UnknownRecordError, WordsMissingError
from wardmote.operations.journal.idempotency import Answer, answer_once
from wardmote.web.pages import once
from wardmote.web.pages.attempts import Act, Attempts, attempt, attempt_for
from wardmote.web.pages.once import FIELD

pytestmark = pytest.mark.django_db


def _sent(**fields: str) -> HttpRequest:
    request = RequestFactory().post("/x/", fields)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # as its middleware does
    return request


def _told(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in get_messages(request)]


def _refuse(error: Exception) -> Act:
    def act(_viewer: Viewer, _now_s: float) -> object:
        raise error

    return act


def test_what_went_well_is_told_and_silence_tells_nothing() -> None:
    request = _sent()
    assert attempt(request, lambda _viewer, _now_s: None, "Saved.")
    assert attempt(request, lambda _viewer, _now_s: None)
    assert _told(request) == [("success", "Saved.")]


def test_a_refusal_is_told_in_the_words_of_the_room_or_left_to_the_page() -> None:
    room = Attempts(left=(UnknownRecordError,), in_words=lambda refusal: refusal.code)
    request = _sent()
    assert not room.attempt(request, _refuse(WordsMissingError()), "Saved.")
    assert _told(request) == [("error", WordsMissingError.code)]
    with pytest.raises(UnknownRecordError):
        room.attempt(request, _refuse(UnknownRecordError()), "Saved.")


def test_a_missing_right_is_left_to_the_page_unless_the_room_has_words_for_it() -> None:
    request = _sent()
    with pytest.raises(AccessDeniedError):
        attempt(request, _refuse(AccessDeniedError()))
    assert not Attempts(denied="Not here.").attempt(request, _refuse(AccessDeniedError()))
    assert _told(request) == [("error", "Not here.")]


def test_a_form_sent_twice_gives_the_same_id_and_one_that_was_refused_may_come_again() -> None:
    key = uuid.uuid4().hex
    made: list[str] = []

    def make(_viewer: Viewer, _now_s: float) -> str:
        made.append(f"id{len(made)}")
        return made[-1]

    assert attempt_for(_sent(**{FIELD: key}), _refuse(WordsMissingError()), "") is None
    given = [attempt_for(_sent(**{FIELD: key}), make) for _time in range(2)]
    assert (given, made) == (["id0", "id0"], ["id0"])
    assert attempt_for(_sent(), lambda _viewer, _now_s: None) == ""


def test_of_two_equal_forms_at_once_the_later_gets_what_the_other_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = uuid.uuid4().hex
    assert attempt_for(_sent(**{FIELD: key}), lambda _viewer, _now_s: "id0") == "id0"
    answers = iter([True, False])

    def late(*asked: Any) -> Answer:
        if next(answers):
            raise IntegrityError
        return answer_once(*asked)

    monkeypatch.setattr(once, "answer_once", late)
    assert attempt_for(_sent(**{FIELD: key}), lambda _viewer, _now_s: "id1") == "id0"
