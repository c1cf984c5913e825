"""The page behind the short link."""

from __future__ import annotations

import pytest
from django.test import Client

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.operations.incidents.selectors import location_answer
from wardmote.operations.incidents.services import request_location
from wardmote.operations.journal import clock

pytestmark = pytest.mark.django_db
DISPATCHER = Viewer("d1", (RoleInArea(Role.DISPATCHER, EVERYWHERE),))
POSITION = {"lon": "111.5", "lat": "27.25", "accuracy_m": "12"}


def test_the_phone_answers_once_and_the_dispatcher_sees_where_it_is(client: Client) -> None:
    asked = request_location(DISPATCHER, now_s=clock.now_s())
    assert client.get(f"/i/{asked.token}").status_code == 200
    assert client.post(f"/i/{asked.token}", POSITION).status_code == 200
    answer = location_answer(DISPATCHER, asked.id, clock.now_s())
    assert (answer.state, answer.lon, answer.lat, answer.accuracy_m) == (
        "answered", 111.5, 27.25, 12.0,
    )  # fmt: skip
    assert client.post(f"/i/{asked.token}", POSITION | {"lon": "100"}).status_code == 404
    assert location_answer(DISPATCHER, asked.id, clock.now_s()).lon == 111.5


def test_a_used_or_unknown_link_says_that_it_is_no_longer_good(client: Client) -> None:
    assert client.get("/i/unknown").status_code == 410
    assert client.post("/i/unknown", POSITION).status_code == 404


def test_an_expired_link_is_not_answered(client: Client) -> None:
    asked = request_location(DISPATCHER, now_s=clock.now_s() - 3_600)
    assert client.get(f"/i/{asked.token}").status_code == 410
    assert client.post(f"/i/{asked.token}", POSITION).status_code == 404


@pytest.mark.parametrize("change", [{"lon": "181"}, {"lat": "nan"}, {"lon": ""}, {"lat": "x"}])
def test_an_unusable_position_is_refused_and_may_be_sent_again(
    client: Client, change: dict[str, str]
) -> None:
    asked = request_location(DISPATCHER, now_s=clock.now_s())
    assert client.post(f"/i/{asked.token}", POSITION | change).status_code == 422
    assert location_answer(DISPATCHER, asked.id, clock.now_s()).state == "waiting"


def test_the_link_is_not_told_to_anybody_else(client: Client) -> None:
    asked = request_location(DISPATCHER, now_s=clock.now_s())
    response = client.get(f"/i/{asked.token}")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
