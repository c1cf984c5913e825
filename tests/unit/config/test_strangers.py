from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from wardmote.config.strangers import PER_MINUTE, Strangers
from wardmote.web.addresses import household


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute begins in the middle of a test."""
    monkeypatch.setattr(time, "monotonic", lambda: 600.0)


def asked(path: str, method: str = "GET", address: str = "192.0.2.1") -> dict[str, Any]:
    return {"path": path, "method": method, "client": (address, 4_000)}


@pytest.mark.parametrize(
    ("path", "method", "wants"),
    [("/i/t", "GET", "page"), ("/h/r/t", "POST", "send"), ("/h/o/t/p", "GET", "picture"),
     ("/h/o/t", "GET", "page"), ("/calendars/t.ics", "GET", "page")],
)  # fmt: skip
def test_an_address_may_ask_so_often_in_a_minute(path: str, method: str, wants: str) -> None:
    those = Strangers()
    answers = [those.may_come_in(asked(path, method)) for _ in range(PER_MINUTE[wants] + 1)]
    assert answers == [*itertools.repeat(True, PER_MINUTE[wants]), False]
    assert those.may_come_in(asked(path, method, "192.0.2.2"))
    assert those.may_come_in(asked("/api/x"))


def test_the_pictures_of_an_owner_leave_room_for_the_page_and_its_form() -> None:
    those = Strangers()
    for number in range(120):
        assert those.may_come_in(asked(f"/h/o/token/{number}"))
    assert those.may_come_in(asked("/h/o/token"))
    assert those.may_come_in(asked("/h/o/token", "POST"))


def test_the_next_minute_counts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    those = Strangers()
    for _ in range(PER_MINUTE["send"] + 1):
        those.may_come_in(asked("/h/r/t", "POST"))
    assert not those.may_come_in(asked("/h/r/t", "POST"))
    monkeypatch.setattr(time, "monotonic", lambda: 660.0)
    assert those.may_come_in(asked("/h/r/t", "POST"))


@pytest.mark.parametrize(
    ("address", "counted"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1:2", "2001:db8::/64"), ("", ""), ("unix", "unix"),
     ("::ffff:192.0.2.1", "::ffff:192.0.2.1")],
)  # fmt: skip
def test_of_ipv6_the_network_is_counted(address: str, counted: str) -> None:
    assert household(address) == counted
