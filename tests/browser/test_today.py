"""The day on the phone: a day without a network, pictures and all, and conflicts that are shown."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.real_server import RealServer, Windows
from tests.browser.waiting import wait_until
from tests.unit.operations.photos.pictures import picture

pytestmark = pytest.mark.browser

MAKE_TASKS = """
import json, sys
import django
django.setup()
from django.db import transaction
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.task_form import FieldKind, FormField, TaskForm
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks import services

wanted = json.load(sys.stdin)
form = TaskForm((
    FormField("exits", Bilingual("通道畅通", "Exits are clear"), FieldKind.TICK, required=True),
    FormField("proof", Bilingual("照片", "Photo of the exit"), FieldKind.PHOTO, required=True),
    FormField("owner", Bilingual("签名", "Owner's hand"), FieldKind.SIGNATURE, required=True),
))
for title in wanted["titles"]:
    place = TaskPlace(
        "own", title, Bilingual(title, f"Place of {title}"), wanted["lon"], wanted["lat"]
    )
    with transaction.atomic():
        print(services.make(
            TaskRequest(
                rule="test", source=TaskSource("test", title), kind=TaskKind.VISIT,
                title=Bilingual(title, title), area=AreaId(wanted["area"]),
                day=local_day(wanted["now_s"]), opens_s=wanted["now_s"] - 600,
                due_s=wanted["now_s"] + 3_600, holder=PersonId(wanted["staff"]), place=place,
                form=form, minutes=20,
            ),
            actor="rule:test", now_s=wanted["now_s"],
        ))
"""


def make_tasks(town: RealServer, *titles: str) -> list[str]:
    """Visits of the assistant's in the middle of the town; their ids."""
    day = town.person("assistant").get("/api/tasks/today")
    lon, lat = town.city.manifest.centre
    area = min(town.book.beats, key=lambda beat: beat.beat_id).villages[0]
    wanted = {
        "titles": titles, "lon": lon, "lat": lat, "area": area,
        "staff": day["staff_id"], "now_s": day["made_s"],
    }  # fmt: skip
    made = subprocess.run(  # our own interpreter
        [sys.executable, "-c", MAKE_TASKS],
        input=json.dumps(wanted), env=town._environment(), text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.split()


def open_phone(windows: Windows, town: RealServer, language: str = "en") -> Page:
    lon, lat = town.city.manifest.centre
    page = windows.open(
        "assistant",
        language=language,
        viewport={"width": 360, "height": 640},
        permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 8},
    )
    page.goto("/today/")
    expect(page.locator(".task-row").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until(page, "navigator.serviceWorker.controller !== null")
    return page


def work_on(page: Page, title: str) -> None:
    """Check in, fill in the form with a photo that is partly blurred, finish."""
    page.locator(".task-row", has_text=title).click()
    page.get_by_role("button", name="Check in").click()
    page.get_by_label("Exits are clear").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "exit.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (640, 480))}
    )
    canvas = page.locator("canvas.drawing")
    canvas.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Use photo").click()
    expect(page.locator(".pictures img")).to_be_visible()
    sign_for_it(page)
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#title")).to_have_text("Today")


def sign_for_it(page: Page) -> None:
    """Sign with a finger."""
    page.get_by_role("button", name="Sign", exact=True).click()
    box = page.locator("canvas.signature").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Use signature").click()
    expect(page.locator(".pictures img")).to_have_count(2)


def test_two_tasks_are_done_without_a_network_and_are_on_the_server_afterwards(
    windows: Windows, town: RealServer
) -> None:
    first, second = make_tasks(town, "Market exits", "School exits")
    page = open_phone(windows, town)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("No connection")
    for title in ("Market exits", "School exits"):
        work_on(page, title)
    expect(page.locator("#outbox h2")).to_have_text("8 items wait to be sent")
    page.reload()
    expect(page.locator("#outbox h2")).to_have_text("8 items wait to be sent")
    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.locator("#conflicts")).to_be_empty()
    for task in (first, second):
        kept: Any = town.person("assistant").get(f"/api/tasks/{task}")["task"]
        assert kept["state"] == "done"
        assert kept["answers"]["exits"] is True
        [photo] = kept["answers"]["proof"]
        for picture_id in (photo, kept["answers"]["owner"]):
            seen = town.person("assistant").http.get(f"/photos/{picture_id}")
            assert seen.headers["content-type"].startswith("image/")


def test_a_conflict_shows_both_versions_and_the_person_decides(
    windows: Windows, town: RealServer
) -> None:
    [task] = make_tasks(town, "Cinema exits")
    page = open_phone(windows, town)
    page.context.set_offline(True)
    work_on(page, "Cinema exits")
    officer = town.person("officer").get("/api/tasks/today")["staff_id"]
    standing = town.person("assistant").get(f"/api/tasks/{task}")["task"]
    town.person("assistant").post(
        f"/api/tasks/{task}/hand-over",
        {"to": officer, "reason": "workload", "based_on": standing["revision"]},
    )
    page.context.set_offline(False)
    card = page.locator(".conflict")
    expect(card).to_contain_text("Not sent: Cinema exits")
    expect(card.locator(".versions section").first).to_contain_text("Exits are clear: yes")
    expect(card.locator(".versions section").last).to_contain_text(f"Held by {officer}")
    expect(card.get_by_role("button", name="Send mine")).to_have_count(0)
    card.get_by_role("button", name="Leave it").click()
    expect(card).to_have_count(0)
    assert town.person("officer").get(f"/api/tasks/{task}")["task"]["state"] == "open"
