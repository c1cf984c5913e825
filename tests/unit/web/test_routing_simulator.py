"""The routing simulator answers as the rules do."""

from __future__ import annotations

import pytest
from django.test import Client

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.django_db


def client_of(role: Role) -> Client:
    account = open_account("ann", "irrelevant here", staff_id="s1", name=Bilingual("安", "Ann"))
    grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    return client


def test_a_dispute_in_a_beat_belongs_to_its_community_office() -> None:
    page = client_of(Role.PLANNER).get(
        "/routing/",
        {"category": "dispute.neighbour", "place": "inside", "in_beat": "on", "hour": "9"},
    )
    assert [d["name"] for d in page.context["destinations"]] == ["Community office of the beat"]
    assert page.context["destinations"][0]["first_responsible"]


def test_an_urgent_call_goes_to_the_nearest_unit_as_well() -> None:
    page = client_of(Role.DISPATCHER).get(
        "/routing/",
        {
            "category": "dispute.neighbour",
            "place": "inside",
            "in_beat": "on",
            "hour": "9",
            "priority": "1",
        },
    )
    names = [d["name"] for d in page.context["destinations"]]
    assert names == ["Community office of the beat", "Nearest unit"]


def test_every_rule_is_shown_with_its_reason() -> None:
    page = client_of(Role.AUDITOR).get("/routing/")
    rows = page.context["rules"]
    assert sum(row.used and row.first_responsible for row in rows) == 1
    assert all(row.used or row.reasons for row in rows)


def test_an_hour_that_does_not_exist_is_explained_at_its_field() -> None:
    page = client_of(Role.PLANNER).get(
        "/routing/", {"category": "dispute.neighbour", "place": "inside", "hour": "24"}
    )
    assert page.status_code == 422
    assert "hour" in page.context["form"].errors


def test_crews_do_not_open_the_rules() -> None:
    assert client_of(Role.CREW).get("/routing/").status_code == 403
