"""The page of response standards."""

from __future__ import annotations

import pytest
from django.test import Client

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors
from wardmote.web.pages.standards import minutes_and_seconds

pytestmark = pytest.mark.django_db


def client_of(role: Role) -> Client:
    account = open_account("ann", "irrelevant here", staff_id="s1", name=Bilingual("安", "Ann"))
    grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    selectors.forget()
    return client


def codes_in_force(client: Client) -> list[str]:
    page = client.get("/standards/")
    return [standard.code for standard in page.context["standards"] if standard.in_force]


def test_the_135_standard_is_in_force_until_another_is_set() -> None:
    assert codes_in_force(client_of(Role.DISPATCHER)) == ["135"]


def test_a_supervisor_puts_another_standard_in_force() -> None:
    client = client_of(Role.SUPERVISOR)
    assert client.post("/standards/", {"standard": "nfpa1710"}).status_code == 302
    selectors.forget()
    assert codes_in_force(client) == ["nfpa1710"]
    assert selectors.standard_in_force(clock.now_s()).code == "nfpa1710"


def test_a_dispatcher_reads_but_does_not_set() -> None:
    client = client_of(Role.DISPATCHER)
    client.post("/standards/", {"standard": "nfpa1710"})
    selectors.forget()
    assert codes_in_force(client) == ["135"]


def test_a_standard_that_does_not_exist_is_refused() -> None:
    assert client_of(Role.SUPERVISOR).post("/standards/", {"standard": "x"}).status_code == 400


@pytest.mark.parametrize(("seconds", "shown"), [(60.0, "1:00"), (59.6, "1:00"), (125.0, "2:05")])
def test_targets_are_shown_in_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert minutes_and_seconds(seconds) == shown
