"""The pages of studies: who may open them, what they refuse, and what a comparison shows."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils.translation import override
from tests.unit.operations.small_place import COUNTY, NOW_S, SMALL_PLACE
from tests.unit.operations.studies.outcomes import figures, outcome_of

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import Difference, Figure, Interval, Outcome
from wardmote.core.studies.plan import MAX_POSTS, Plan, PlannedPost, PlanProof, plan_document
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.studies import services
from wardmote.operations.studies.errors import OutOfRangeError, TextNeededError
from wardmote.operations.studies.made import FRONT_FORMAT, RESITING_FORMAT
from wardmote.operations.studies.models import Run, Study, StudyPlan, StudyScenario
from wardmote.operations.units.services import load_units
from wardmote.web.pages.studies import _text
from wardmote.web.pages.studies_charts import chart_data
from wardmote.web.pages.studies_tables import _sure, seen, tables_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()


def client_of(role: Role, name: str = "ann") -> Client:
    account = open_account(name, "irrelevant here", staff_id=name, name=Bilingual("安", name))
    grant_role(account.pk, role, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account, backend=BACKEND)
    client.post("/language/", {"language": "en"})
    return client


def study_of(client: Client) -> str:
    answer = client.post("/studies/", {"title": "Posts", "area": COUNTY})
    assert answer.status_code == 302
    return str(answer["Location"])


def ids(pattern: str, page: str) -> list[str]:
    return re.findall(pattern, page)


def test_only_those_who_may_view_studies_open_their_pages() -> None:
    study = study_of(client_of(Role.PLANNER))
    for role in Role:
        client = client_of(role, f"one-{role.value}")
        expected = 200 if Permission.STUDY_VIEW in ROLE_PERMISSIONS[role] else 403
        for path in ("/studies/", study, "/studies/adoptions/"):
            assert client.get(path).status_code == expected, (role, path)


def test_what_is_not_there_is_not_found() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    for path in ("/studies/x/", f"{study}plans/x/", f"{study}runs/x/", "/studies/adoptions/x/"):
        assert client.get(path).status_code == 404, path


def wrong_post(**changes: object) -> bytes:
    post = {"id": "p", "name": {"zh": "", "en": ""}, "lon": 0, "lat": 0, **changes}
    plan = {"format": "wardmote-plan/1", "code": "a", "name": {"zh": "", "en": ""}}
    return json.dumps({**plan, "posts": [post]}).encode()


def test_a_file_that_is_no_plan_is_refused_with_where_and_why() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    bad = {
        b"{": "line 1, column 2",
        b"\xff\xfe": "UTF-8",
        b"[" * 200_000: "nested",
        b'{"format": "wardmote-plan/9"}': "wardmote-plan/1",
        b"9" * 5_000: "too many digits",
        wrong_post(lat=10**400): "posts[0].lat",
        wrong_post(id="a\0b"): "posts[0].id",
        wrong_post(lon=999): "posts[0].lon",
    }  # fmt: skip
    for content, said in bad.items():
        file = SimpleUploadedFile("plan.json", content)
        answer = client.post(study, {"form": "upload", "upload-name": "", "upload-file": file})
        assert said in answer.content.decode(), content[:40]
    assert not StudyPlan.objects.exists()


def test_a_what_if_needs_something_different_and_its_place() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    usual = {"name": "x", "more_calls": "0", "units_away": "0", "duty_level": "3",
             "add_units": "0", "festival_factor": "1", "festival_m": "500", "festival_day": "5",
             "festival_from": "10", "festival_hours": "8"}  # fmt: skip

    def sent(**changes: str) -> int:
        fields = {f"scenario-{key}": value for key, value in {**usual, **changes}.items()}
        return client.post(study, {"form": "scenario", **fields}).status_code

    assert sent() == 422
    assert sent(add_units="2") == 422
    assert sent(festival_factor="3", at_lon="111.1", at_lat="27.05") == 302
    scenario = StudyScenario.objects.get().scenario
    assert scenario["festivals"][0]["from_hour"] == 5 * 24 + 10
    assert scenario["add_posts"] == []
    assert sent(break_after_h="4") == 422
    assert sent(break_after_h="1", break_minutes="60") == 422
    worn = {"break_after_h": "4", "break_minutes": "30", "failure_days": "20", "repair_h": "8"}
    assert sent(**worn, refused="10") == 302
    scenario = StudyScenario.objects.latest("made_s", "pk").scenario
    assert scenario["breaks"] == {"after_h": 4.0, "minutes": 30.0}
    assert scenario["failures"] == {"days_between": 20.0, "repair_h": 8.0}
    assert scenario["refused_share"] == 0.1
    assert "breaks of 30 min every 4 h" in client.get(study).content.decode()


def test_a_finished_run_is_shown_in_tables_that_can_be_downloaded() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    client.post(study, {"form": "present", "name": "=Now"})
    client.post(study, {"form": "present", "name": "Then"})
    plans = list(StudyPlan.objects.order_by("made_s").values_list("pk", flat=True))
    asked = {"trial-plans": plans, "trial-runs": "3", "trial-days": "7", "trial-seed": "1",
             "trial-demand": "residents"}  # fmt: skip
    page = str(client.post(study, {"form": "trial", **asked})["Location"])
    run = Run.objects.get()
    assert client.get(f"{page}progress").json()["state"] == "queued"
    services.claim_next("c", now_s=NOW_S)
    services.finish(run.pk, "c", outcome_of(run.request), now_s=NOW_S)
    shown = client.get(page).content.decode()
    assert "80.0% (78.0%–82.0%)" in shown
    assert "yes: Then is better" in shown
    areas, *files = ids(r'href="([^"]+\.csv)"', shown)
    assert len(files) == 6
    text = b"".join(client.get(files[0])).decode("utf-8-sig")
    assert "'=Now,\"'=Now, as shown\",Then" in text
    assert "80.0% (78.0%–82.0%),0.85" in text
    differences = b"".join(client.get(files[1])).decode("utf-8-sig")
    assert ",0.05,'+5.00 points (+3.00 … +7.00)" in differences
    # The table beside the maps says what they show, and where there were too few calls for it.
    told = re.findall(r'<tr( class="few")?><th scope="row"><button[^>]*>([^<]*)', shown)
    assert told == [("", "Busy"), (' class="few"', "Quiet"), (' class="few"', "None")]
    assert '430121100201,3,1.0,"100.0% (44.0%–100.0%), too few calls"' in b"".join(
        client.get(areas)
    ).decode("utf-8-sig")
    drawn = client.get(ids(r'data-url="([^"]+map\.json)"', shown)[0]).json()
    assert [len(plan["areas"]) for plan in drawn["plans"]] == [3, 3]
    assert [band["target_s"] for band in drawn["plans"][0]["reach"]] == [60.0, 180.0]
    assert [one["few"] for one in drawn["plans"][0]["areas"]] == [False, True, True]
    file = client.get(ids(r'href="([^"]+\.geojson)"', shown)[0])
    assert file["Content-Type"].startswith("application/geo+json")
    assert len(file.json()["features"]) == 2 * (3 + 2) + sum(
        len(plan["posts"]) for plan in drawn["plans"]
    )
    assert client.get(f"{page}usual/map.svg").status_code == 404
    assert client.get(f"{page}none/map.json").status_code == 404
    assert client.get(f"{page}study.pdf").content.startswith(b"%PDF-")
    assert client.get(f"{page}?scenario=none").status_code == 404


def test_no_verdict_is_shown_where_plans_answer_different_calls() -> None:
    row = Difference(
        "b", "a", "usual", Figure.MEAN_S, Interval(-30.0, -40.0, -20.0), "", None, 12.0, None
    )
    chance = dataclasses.replace(row, value=Interval(-3.0, -9.0, 3.0))
    with override("en"):
        assert _sure(row, {}).startswith("not to be told")
        assert _sure(chance, {}) == "no: it may be chance"


def test_unanswered_calls_are_neither_reached_nor_left_out() -> None:
    plan = Plan("a", Bilingual("", "A"), (PlannedPost(PostId("p"), Bilingual("", "P"), 1.0, 2.0),))
    found = figures(plan, AS_USUAL, 0.8)
    found = dataclasses.replace(
        found,
        unanswered_share=Interval(0.25, 0.2, 0.3),
        response=dataclasses.replace(found.response, p90_s=None),
    )
    outcome = Outcome(
        1, 2, 2, 7.0, "135", "1", "arrival", "residents", 9.0, True, (found,), (), ()
    )  # fmt: skip
    one = seen(outcome, "usual", "en")
    assert max(chart_data(one, [plan])["response"]["shares"][0]) == 0.75
    with override("en"):
        rows = next(table for table in tables_of(one) if table.key == "response").rows
    assert [row[1].text for row in rows if row[0].text == "90 % within"] == [
        "beyond all answered calls"
    ]


def test_a_run_that_failed_says_what_to_mend_and_begins_again() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    client.post(study, {"form": "present"})
    asked = {"trial-plans": [StudyPlan.objects.get().pk], "trial-runs": "3", "trial-days": "7",
             "trial-seed": "1", "trial-demand": "residents"}  # fmt: skip
    page = str(client.post(study, {"form": "trial", **asked})["Location"])
    services.claim_next("c", now_s=NOW_S)
    problem = Bilingual("没有居民数。", "There are no residents.")
    services.fail(Run.objects.get().pk, "c", services.PROBLEM, now_s=NOW_S, problem=problem)
    assert "There are no residents." in client.get(page).content.decode()
    client.post(page, {"form": "restart"})
    assert Run.objects.get().state == "queued"
    assert Study.objects.count() == 1


def test_a_plan_that_found_no_room_is_added_by_a_button_of_its_run() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    client.post(study, {"form": "present", "name": "Now"})
    plan = StudyPlan.objects.get()
    asked = {"cut-name": "cut", "cut-demand": "residents", "cut-begin": "nothing",
             "cut-tolerance": "1.05"}  # fmt: skip
    grids = f"{study}plans/{plan.pk}/grids/"
    page = str(client.post(grids, {"form": "cut", **asked})["Location"])
    client.post(study, {"form": "close"})
    services.claim_next("c", now_s=NOW_S)
    services.finish(Run.objects.get().pk, "c", plan.plan, now_s=NOW_S)
    assert "It is kept here" in client.get(page).content.decode()
    client.post(study, {"form": "reopen"})
    assert 'value="add-plan"' in client.get(page).content.decode()
    client.post(page, {"form": "add-plan"})
    assert StudyPlan.objects.filter(name="cut").exists()
    assert "The plan was added to the study." in client.get(page).content.decode()


def test_grids_are_neither_cut_nor_tried_for_who_may_not_or_from_what_no_page_sends() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    client.post(study, {"form": "present", "name": "Now"})
    grids = f"{study}plans/{StudyPlan.objects.get().pk}/grids/"
    for changed in ("1" + "0" * 400, "null", '"x"'):
        body = f'{{"moves": [], "changed": {changed}}}'
        answer = client.post(f"{grids}try", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable"), changed
    sent = {"form": "cut", "cut-split": "nowhere"}
    assert client_of(Role.AUDITOR, "eve").post(grids, sent).status_code == 403
    client.post(study, {"form": "close"})
    answer = client.post(grids, sent)
    assert answer.status_code == 422
    assert "The study is closed." in answer.content.decode()


def editor_of(client: Client) -> tuple[str, dict[str, Any]]:
    """The page of a plan with one post, and what its form sends unchanged."""
    study = study_of(client)
    client.post(study, {"form": "present", "name": "Now"})
    row = StudyPlan.objects.get()
    row.plan["posts"][0] |= {"lon": 111.12345678, "lat": 27.0500004, "units": 0}
    row.save()
    page = f"{study}plans/{row.pk}/"
    found = editor_sent(client, page)
    assert all(len(values) == 1 for values in found.values())
    return page, found


def test_saving_moves_no_post_and_gives_none_a_unit() -> None:
    client = client_of(Role.PLANNER)
    page, sent = editor_of(client)
    assert client.post(page, sent).status_code == 302
    post = StudyPlan.objects.get().plan["posts"][0]
    assert (post["lon"], post["lat"], post["units"]) == (111.12345678, 27.0500004, 0)
    assert client.post(page, {**editor_sent(client, page), "post-lon": "111.2"}).status_code == 302
    post = StudyPlan.objects.get().plan["posts"][0]
    assert (post["lon"], post["lat"]) == (111.2, 27.0500004)


def test_where_free_units_go_is_chosen_for_a_plan_and_kept_with_its_own_numbers() -> None:
    client = client_of(Role.PLANNER)
    page, _sent = editor_of(client)

    def chosen(policy: str) -> Any:
        sent = {**editor_sent(client, page), "relocation": policy}
        assert client.post(page, sent).status_code == 302
        return StudyPlan.objects.get().plan["relocation"]

    assert chosen("compliance_table")["policy"] == "compliance_table"
    row = StudyPlan.objects.get()
    row.plan["relocation"] |= {"busy_share": 0.45, "order": [row.plan["posts"][0]["id"]]}
    row.plan["relocation"]["limits"]["moves_per_hour"] = 3
    row.save()
    kept = chosen("compliance_table")
    assert (kept["busy_share"], len(kept["order"])) == (0.45, 1)
    ahead = chosen("look_ahead")
    assert (ahead["busy_share"], ahead["order"]) == (0.3, [])
    assert ahead["limits"]["moves_per_hour"] == 3
    assert chosen("own_post")["policy"] == "own_post"
    assert chosen("") is None
    sent = {**editor_sent(client, page), "relocation": "nowhere"}
    assert client.post(page, sent).status_code == 422


def editor_sent(client: Client, page: str) -> dict[str, Any]:
    shown = client.get(page).content.decode().partition("<template")[0]
    names = ("changed", "name", "post", "post-name", "post-lon", "post-lat", "post-units")
    return {name: ids(rf'name="{name}" value="([^"]*)"', shown) for name in names}


def test_a_row_that_cannot_be_read_loses_no_other_entry() -> None:
    client = client_of(Role.PLANNER)
    page, sent = editor_of(client)
    typed = {
        **sent, "name": "Mine", "post": [*sent["post"], ""], "post-name": ["Renamed", "Second"],
        "post-lon": ["111.7", "east"], "post-lat": ["27.1", "27.2"], "post-units": ["5", "6"],
        "relocation": "look_ahead",
    }  # fmt: skip
    answer = client.post(page, typed)
    assert answer.status_code == 422
    shown = answer.content.decode()
    for value in ("Mine", "Renamed", "Second", "111.7", "east", "27.2", "5", "6"):
        assert f'value="{value}"' in shown
    assert '<option value="look_ahead" selected>' in shown


def test_what_somebody_saved_meanwhile_is_not_replaced_unseen() -> None:
    client = client_of(Role.PLANNER)
    page, sent = editor_of(client)
    row = StudyPlan.objects.get()
    row.name, row.changed_s = "Theirs", row.changed_s + 1
    row.save()
    answer = client.post(page, {**sent, "name": "Mine"})
    assert answer.status_code == 422
    assert StudyPlan.objects.get().name == "Theirs"
    assert "Somebody saved this plan" in answer.content.decode()
    again = ids(r'name="changed" value="([^"]*)"', answer.content.decode())
    assert client.post(page, {**sent, "name": "Mine", "changed": again}).status_code == 302
    assert StudyPlan.objects.get().name == "Mine"


def test_a_plan_of_the_most_posts_can_be_saved() -> None:
    client = client_of(Role.PLANNER)
    page, sent = editor_of(client)
    many = {name: values * (MAX_POSTS if name.startswith("post") else 1)
            for name, values in sent.items()}  # fmt: skip
    many["post"] = [*sent["post"], *[""] * (MAX_POSTS - 1)]
    assert client.post(page, many).status_code == 302
    assert len(StudyPlan.objects.get().plan["posts"]) == MAX_POSTS


def test_a_field_is_called_as_on_the_page() -> None:
    with override("en"):
        said = [TextNeededError(field=code).message() for code in ("name", "review", "reason")]
        said.append(OutOfRangeError(field="runs", least=2, most=9).message())
    names = ("Name", "Remarks (needed to reject)", "Reason", "Number of runs")
    assert all(f"“{name}”" in text for name, text in zip(names, said, strict=True))


def test_a_name_that_cannot_be_kept_is_refused() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    answer = client.post(study, {"form": "present", "name": "a\0b"}, follow=True)
    assert "cannot be kept" in answer.content.decode()
    assert not StudyPlan.objects.exists()


def test_databases_are_not_asked_for_what_they_cannot_hold() -> None:
    sent = RequestFactory().post("/", {"value": "a\0b"})
    assert _text(sent, "value") == "ab"


def ask(client: Client, study: str, **fields: Any) -> Any:
    """A question for posts, with the form's own beginning values."""
    usual = {
        "form": "propose", "propose-name": "Proposal", "propose-objective": "most_cover",
        "propose-posts": 2, "propose-steps": 8, "propose-units_at_post": 20,
        "propose-busy": "given", "propose-busy_share": 30, "propose-cost_new": 1,
        "propose-cost_standing": 1, "propose-demand": "residents", "propose-seconds": 5,
        "propose-seed": 1,
    }  # fmt: skip
    return client.post(study, usual | {f"propose-{name}": value for name, value in fields.items()})


def test_posts_are_asked_for_with_money_units_own_candidates_and_measured_busy_shares() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    table = SimpleUploadedFile("own.csv", b"lon,lat,cost,use\n111.1,27.05,4,kept\n")
    asked = ask(client, study, candidates=table, budget=9, units=3, busy="measured",
                objective="expected_cover", besides="on")  # fmt: skip
    assert asked.status_code == 302
    request = Run.objects.get().request
    assert (request["budget"], request["units"], request["busy_measured"]) == (9.0, 3, True)
    assert (request["besides"], request["candidates"][0]["wish"]) == (True, "kept")
    assert request["area"] == COUNTY
    Run.objects.all().delete()
    assert (
        ask(client, study, objective="cover_all", posts="", weights="4, 2，1,1").status_code == 302
    )
    request = Run.objects.get().request
    assert (request["posts"], request["weights"]) == (None, [4.0, 2.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"candidates": SimpleUploadedFile("o.csv", b"lon,lat\n111.1,27.05\nx,27\n")},
         "row 3, lon: “x” is not a number"),
        ({"objective": "front", "also": ""}, "Choose a second standard"),
        ({"objective": "front", "also": "135", "standard": "135"}, "Choose a second standard"),
        ({"budget": 0}, "greater than or equal"),
        ({"posts": ""}, "Say how many posts there may be."),
        ({"weights": "4,2,1"}, "The weights of priorities are 4 numbers"),
    ],
)  # fmt: skip
def test_a_question_for_posts_that_does_not_fit_says_so(fields: Any, told: str) -> None:
    client = client_of(Role.PLANNER)
    answer = ask(client, study_of(client), **fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Run.objects.exists()


def done_run(study: str, kind: str, outcome: JsonValue, **changes: Any) -> str:
    """The page of a run that is over."""
    pk = study.rstrip("/").rsplit("/", 1)[-1]
    values = {"kind": kind, "request": {"name": "It"}, "state": "done", "asked_by": "ann",
              "asked_s": NOW_S, "outcome": outcome, **changes}  # fmt: skip
    Run.objects.create(id=f"run-{kind}", study_id=pk, **values)
    return f"{study}runs/run-{kind}/"


def planned(code: str, status: str) -> JsonValue:
    proof = PlanProof("front", "135", 90.0, 92.0, 0.022, status, 100.0, "calls_a_year", 1)
    post = PlannedPost(PostId("p1"), Bilingual("一", "One"), 111.15, 27.05, 2)
    return plan_document(Plan(code, Bilingual(code, code), (post,), proof=proof))


def test_a_front_is_shown_honestly_and_one_plan_of_it_is_kept() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    front = {
        "format": FRONT_FORMAT, "plan": None, "standards": ["135", "urban-rural"], "ended": False,
        "plans": [planned("a", "proven"), planned("b", "stopped")],
        "shares": [[0.9, 0.5], [0.8, 0.7]],
    }  # fmt: skip
    path = done_run(study, "proposal", front)
    page = client.get(path).content.decode()
    assert "Of 2 plans 1 are proven to be on the front (to a millionth), 0 more" in page
    assert "stopped before the end of the front" in page
    assert "90.0%" in page
    assert "70.0%" in page
    kept = client.post(path, {"form": "keep", "row": "1", "name": "It 2"})
    assert kept.status_code == 302
    assert StudyPlan.objects.get().name == "It 2"
    for wrong in ("9", "-1", "x", "9" * 30):
        client.post(path, {"form": "keep", "row": wrong, "name": "It"})
    assert StudyPlan.objects.count() == 1


def test_a_search_shows_its_best_so_far_and_what_it_left_when_it_was_stopped() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    standing = {"stage": "search", "value": 80.0, "bound": 100.0, "of": 200.0,
                "unit": "calls_a_year"}  # fmt: skip
    path = done_run(study, "proposal", None, state="running", done=3, total=9, standing=standing)
    text = client.get(f"{path}progress").json()["text"]
    assert "3 of at most 9 s" in text
    assert "best so far: 40.0%" in text
    assert "gap 25.00%" in text
    assert "best so far: 40.0%" in client.get(study).content.decode()
    Run.objects.update(state="cancelled", outcome=planned("a", "stopped"))
    page = client.get(path).content.decode()
    assert "this is the best that it had found" in page
    assert "stopped before the end" in page


def test_shifts_and_moves_are_shown_with_their_tables() -> None:
    client = client_of(Role.PLANNER)
    study = study_of(client)
    for role in (Role.DISPATCHER, Role.SUPERVISOR):
        page = client_of(role, f"staff-{role.value}").get("/staffing/").content.decode()
        assert "No shifts are in force" in page
    move = {"post": "p1", "to": "p1", "to_name": {"zh": "", "en": "Yard"}, "calls_a_year": 12.0,
            "pays_after_days": 40.0}  # fmt: skip
    changes = [{"area": "430121100001", "then": 10.0, "now": 30.0, "sure": True}]
    document = planned("a", "proven")
    moved = {"format": RESITING_FORMAT, "plan": document, "moves": [move], "staying": 1.0,
             "proof": document["proof"], "since": "2027-01-01", "changes": changes}  # fmt: skip
    request = {"name": "It", "plan": document, "terms": {"move_cost": 2.0, "worth": 0.5}}
    page = client.get(done_run(study, "resiting", moved, request=request)).content.decode()
    # Two to pay, six a year gained: 122 days.
    for told in (
        "1 posts should move",
        "Yard",
        "all together",
        ">122<",
        "+20",
        "before 2027-01-01 and since",
    ):
        assert told in page
