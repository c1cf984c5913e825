"""Logging in and what a browser is told on every page."""

from __future__ import annotations

import pytest
from django.test import Client

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def auditor() -> str:
    name = Bilingual("陈静", "Chen Jing")
    account = open_account("chen", PASSWORD, staff_id="s1", name=name)
    grant_role(account.pk, Role.AUDITOR, EVERYWHERE, granted_by="test")
    return account.username


def log_in(client: Client, username: str, password: str = PASSWORD) -> int:
    return client.post("/accounts/login/", {"login": username, "password": password}).status_code


def test_a_page_asks_a_stranger_to_log_in(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_right_password_logs_in_and_a_wrong_one_does_not(client: Client, auditor: str) -> None:
    assert log_in(client, auditor, "wrong password here") == 200
    assert "_auth_user_id" not in client.session
    assert log_in(client, auditor) == 302
    assert "_auth_user_id" in client.session


def test_repeated_failures_lock_out_and_say_so(client: Client, auditor: str) -> None:
    for _ in range(8):
        log_in(client, auditor, "wrong password here")
    response = client.post("/accounts/login/", {"login": auditor, "password": PASSWORD})
    assert response.status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_administration_pages_have_no_way_in_of_their_own(client: Client) -> None:
    """Their form would ask for no second factor."""
    open_account("root", PASSWORD, staff_id="s9", name=Bilingual("管", "Root"), admin_site=True)
    response = client.post("/admin/login/?next=/admin/", {"username": "root", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session
    log_in(client, "root")
    assert client.get("/admin/").status_code == 200


def test_nobody_can_sign_up(client: Client) -> None:
    response = client.post(
        "/accounts/signup/",
        {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert "_auth_user_id" not in client.session
    assert response.status_code == 200


def test_pages_speak_chinese_first_and_english_when_asked(client: Client) -> None:
    assert '<html lang="zh-Hans">' in client.get("/accounts/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


def test_switching_the_language_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_every_page_forbids_inline_code_and_other_origins(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_account_pages_have_no_inline_code(client: Client, auditor: str) -> None:
    log_in(client, auditor)
    for address in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"):
        response = client.get(address, follow=True)
        html = response.content.decode()
        assert response.status_code == 200
        assert "<style" not in html
        assert "onclick=" not in html


def test_somebody_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    open_account("new", PASSWORD, staff_id="s2", name=Bilingual("新", "New"))
    log_in(client, "new")
    client.post("/language/", {"language": "en"})
    assert "You have no role yet" in client.get("/").content.decode()
