"""The page of a plan's grids: cut by rules and own calls, edited by hand, kept with their plan."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from tests.unit.core.studies.small_place import book, ground
from tests.unit.operations.small_place import NOW_S
from tests.unit.web.test_studies_pages import editor_sent, ids

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.ground import Ground
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.studies import computing, services
from wardmote.operations.studies.models import Run, StudyPlan
from wardmote.operations.units.services import load_units

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BETWEEN = "430121100006"
"""A village that has no post."""
JOINED = ["430121100202", "430121100203"]


def client_of(name: str, role: Role = Role.PLANNER) -> Client:
    account = open_account(name, "irrelevant here", staff_id=name, name=Bilingual("安", name))
    grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    client = Client()
    client.force_login(account, backend=BACKEND)
    client.post("/language/", {"language": "en"})
    return client


@dataclass(frozen=True)
class Cut:
    """A plan with grids and its page."""

    client: Client
    study: str
    plan: str
    run: str

    @property
    def page(self) -> str:
        return f"{self.study}plans/{self.plan}/grids/"

    def row(self) -> StudyPlan:
        return StudyPlan.objects.get(pk=self.plan)

    def tried(self, *moves: dict[str, Any], client: Client | None = None) -> Any:
        body = {"changed": repr(self.row().changed_s), "moves": list(moves)}
        return (client or self.client).post(
            f"{self.page}try", json.dumps(body), content_type="application/json"
        )

    def saved(self, *moves: dict[str, Any], changed: str | None = None) -> Any:
        found = changed or repr(self.row().changed_s)
        return self.client.post(
            self.page, {"form": "save", "changed": found, "moves": json.dumps(moves)}
        )

    def movable(self) -> tuple[str, str]:
        """A village without a post beside another grid, and that grid's post."""
        for post in self.row().plan["posts"]:
            answer = self.tried({"pieces": [BETWEEN], "post": post["id"]}).json()
            if answer["owner"] and not answer["refused"]:
                return BETWEEN, post["id"]
        raise AssertionError("no village can be moved")


def cut_form(page: str, **changes: str) -> dict[str, str]:
    usual = {"name": "cut", "demand": "residents", "begin": "nothing", "tolerance": "3",
             "join": "", "split": "", "may_split": ""}  # fmt: skip
    assert 'name="cut-tolerance"' in page
    return {"form": "cut", **{f"cut-{key}": text for key, text in {**usual, **changes}.items()}}


@pytest.fixture
def cut(db: None, monkeypatch: pytest.MonkeyPatch) -> Cut:
    def ground_now(standard: ResponseStandard, demand: services.DemandSource) -> Ground:
        return dataclasses.replace(ground(), standard=standard)

    monkeypatch.setattr(computing, "ground_now", ground_now)
    forget()
    load_places(book())
    load_units(book().units)
    forget()
    client = client_of("ann")
    study = str(client.post("/studies/", {"title": "G", "area": EVERYWHERE})["Location"])
    client.post(study, {"form": "present", "name": "Now"})
    page = f"{study}plans/{StudyPlan.objects.get().pk}/grids/"
    shown = client.get(page).content.decode()
    run = str(client.post(page, cut_form(shown, join=", ".join(JOINED)))["Location"])
    services.claim_next("c", now_s=NOW_S)
    assert computing.compute(Run.objects.get().pk, "c")
    return Cut(client, study, StudyPlan.objects.get(name="cut").pk, run)


def test_grids_are_asked_for_with_rules_by_name_and_say_what_they_rest_on(cut: Cut) -> None:
    grids = cut.row().plan["grids"]
    assert grids["rules"]["join"] == [JOINED]
    shown = cut.client.get(cut.run).content.decode()
    assert "expected as told by residents and key places" in shown
    page = cut.client.get(cut.page).content.decode()
    assert ", ".join(JOINED) in page.partition('name="cut-join"')[2]
    assert "share a grid" in page
    wrong = {
        "No village or community is called “Nowhere”": {"join": "Nowhere, 430121100005"},
        "names one village": {"split": BETWEEN},
        "is called “123”": {"may_split": "123"},
        "Choose which grids": {"as_they_are": "on"},
    }
    for said, changes in wrong.items():
        answer = cut.client.post(cut.page, cut_form(page, **changes))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert Run.objects.count() == 1


def test_grids_that_are_begun_with_are_counted_as_changed_or_left(cut: Cut) -> None:
    page = cut.client.get(cut.page).content.decode()
    run = cut.client.post(cut.page, cut_form(page, begin="plan", as_they_are="on", name="same"))[
        "Location"
    ]
    services.claim_next("c", now_s=NOW_S)
    assert computing.compute(Run.objects.get(state="running").pk, "c")
    again = StudyPlan.objects.get(name="same").plan["grids"]
    assert again["grids"] == cut.row().plan["grids"]["grids"]
    assert "0 villages or squares change their grid" in cut.client.get(run).content.decode()


def test_moves_by_hand_are_tried_refused_kept_and_guarded(cut: Cut) -> None:
    before = repr(cut.row().changed_s)
    code, post = cut.movable()
    answer = cut.tried({"pieces": [code], "post": post}).json()
    assert "1 village or square changes its grid" in answer["moved"]
    refused = cut.tried({"pieces": ["430121100001"], "post": "post-3"}).json()
    assert "would stand outside its own grid" in refused["refused"]
    assert cut.saved({"pieces": ["430121100001"], "post": "post-3"}).status_code == 422
    assert cut.saved({"pieces": [code], "post": post}).status_code == 302
    grids = cut.row().plan["grids"]["grids"]
    assert code in next(one["villages"] for one in grids if one["post"] == post)
    late = cut.saved({"pieces": [code], "post": post}, changed=before)
    assert late.status_code == 422
    assert "Somebody saved this plan" in late.content.decode()
    assert json.dumps([{"pieces": [code]}])[2:-3] in late.content.decode().replace("&quot;", '"')


def test_only_who_changes_the_study_tries_moves_and_nonsense_is_answered(cut: Cut) -> None:
    other = client_of("bob", Role.AUDITOR)
    assert other.get(cut.page).status_code == 200
    assert other.get(f"{cut.page}pieces").json()["features"]
    assert cut.tried(client=other).status_code == 403
    for body in (
        b"",
        b"[]",
        b'{"moves": [], "changed": null}',
        b'{"moves": 1}',
        b'{"moves": [{"pieces": [1], "post": "x"}]}',
    ):
        answer = cut.client.post(f"{cut.page}try", body, content_type="application/json")
        assert answer.status_code == 422, body
    for move in ({"pieces": ["x"], "post": "post-1"}, {"pieces": [BETWEEN], "post": "x"}):
        assert "load the page again" in cut.tried(move).json()["message"]
    assert cut.tried(*[{"pieces": [], "post": "post-1"}] * 501).json()["code"] == "too_many_moves"


def test_saving_posts_keeps_grids_or_says_why_not(cut: Cut) -> None:
    editor = f"{cut.study}plans/{cut.plan}/"
    sent = editor_sent(cut.client, editor)
    assert cut.client.post(editor, {**sent, "post-units": ["9", "1", "1"]}).status_code == 302
    assert cut.row().plan["grids"] is not None
    assert cut.row().grid_ground is not None
    sent = editor_sent(cut.client, editor)
    places = [float(text) for text in sent["post-lon"]]
    answer = cut.client.post(
        editor, {**sent, "post-lon": [f"{places[0] + 1e-5:.6f}", *sent["post-lon"][1:]]},
        follow=True,
    )  # fmt: skip
    assert "The grids stay" in answer.content.decode()
    assert cut.row().plan["grids"] is not None
    assert cut.row().grid_ground is None
    assert cut.tried().json()["code"] == "grids_not_for_editing"
    sent = editor_sent(cut.client, editor)
    answer = cut.client.post(
        editor, {**sent, "post-lon": ["112.9", *sent["post-lon"][1:]]}, follow=True
    )
    assert "were dropped" in answer.content.decode()
    assert "Post 1" in answer.content.decode()
    assert cut.row().plan["grids"] is None
    assert ids("no grids yet", cut.client.get(cut.page).content.decode())
