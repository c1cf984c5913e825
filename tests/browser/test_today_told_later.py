"""A phone whose network is cut in the evening has the next day's work, and tells of it later."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.real_server import RealServer, Windows
from tests.browser.test_today import open_phone

pytestmark = pytest.mark.browser

HOUR_S = 3_600.0
NIGHT_S = 30 * HOUR_S
"""So much later the phone is within reach again; what the server knows is moved back instead."""

BESIDE_THE_PHONE = """
import json, sys
import django
django.setup()
from django.db import transaction
from django.db.models import F
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.task import TaskAction, TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.moving import locked, move

wanted = json.load(sys.stdin)
now_s = wanted["now_s"]
for title, opens_in_s, useless_in_s in wanted.get("make", []):
    place = TaskPlace("own", title, Bilingual(title, title), wanted["lon"], wanted["lat"])
    end_s = now_s + useless_in_s
    with transaction.atomic():
        print(services.make(
            TaskRequest(
                rule="test", source=TaskSource("test", title), kind=TaskKind.VISIT,
                title=Bilingual(title, title), area=AreaId(wanted["area"]),
                day=local_day(now_s), opens_s=now_s + opens_in_s, due_s=end_s,
                useless_after_s=end_s, holder=PersonId(wanted["staff"]), place=place,
            ),
            actor="rule:test", now_s=now_s,
        ))
for task, back_s in wanted.get("later", []):
    times = ("opens_s", "due_s", "useless_after_s", "made_s")
    Task.objects.filter(pk=task).update(**{one: F(one) - back_s for one in times})
services.release_and_expire(now_s)
for task, action in wanted.get("lead", []):
    with transaction.atomic():
        move(locked(task), TaskAction(action), actor="a_leader", now_s=now_s)
"""

EARLIER = """([staff, byS]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(`wardmote-phone-${staff}`);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const change = opening.result.transaction("outbox", "readwrite");
    change.oncomplete = () => resolve(opening.result.close());
    change.objectStore("outbox").openCursor().onsuccess = ({ target: { result } }) => {
      if (!result) return;
      const entry = result.value;
      result.update({ ...entry, body: { ...entry.body, device_s: entry.body.device_s - byS } });
      result.continue();
    };
  };
})"""


def on_the_server(town: RealServer, **wanted: Any) -> list[str]:
    """What leaders and the clock do meanwhile; ids of the tasks that it makes."""
    day = town.person("assistant").get("/api/tasks/today")
    lon, lat = town.city.manifest.centre
    area = min(town.book.beats, key=lambda beat: beat.beat_id).villages[0]
    told = {
        "lon": lon, "lat": lat, "area": area, "staff": day["staff_id"], "now_s": time.time(),
        **wanted,
    }  # fmt: skip
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-c", BESIDE_THE_PHONE],
        input=json.dumps(told), env=town._environment(), text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def state_of(town: RealServer, task: str) -> str:
    return str(town.person("assistant").get(f"/api/tasks/{task}")["task"]["state"])


def look_again(page: Page) -> None:
    """What the page does by itself once a minute."""
    page.evaluate("dispatchEvent(new Event('online'))")


def do_without_a_form(page: Page, title: str) -> None:
    page.locator(".task-row", has_text=title).click()
    page.get_by_role("button", name="Check in").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#title")).to_have_text("Today")


def test_tasks_open_by_the_phones_clock_and_what_was_done_in_time_is_told_later(
    windows: Windows, town: RealServer
) -> None:
    span = (12 * HOUR_S, 20 * HOUR_S)
    gate, late_gate = on_the_server(town, make=[("East gate", *span), ("West gate", *span)])
    page = open_phone(windows, town)
    page.locator(".task-row", has_text="East gate").click()
    expect(page.locator("#view")).to_contain_text("with or without a network")
    expect(page.get_by_role("button", name="Check in")).to_have_count(0)
    page.get_by_role("link", name="Back").click()

    page.context.set_offline(True)
    page.clock.install(time=time.time() + 13 * HOUR_S)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("No connection")
    for title in ("East gate", "West gate"):
        do_without_a_form(page, title)
    expect(page.locator("#outbox h2")).to_have_text("4 items wait to be sent")

    # East gate: begun in time, expired since. West gate: expired before the phone says it began.
    staff = town.person("assistant").get("/api/tasks/today")["staff_id"]
    page.evaluate(EARLIER, [staff, NIGHT_S])
    on_the_server(town, later=[(gate, NIGHT_S), (late_gate, NIGHT_S + 9 * HOUR_S)])
    assert [state_of(town, one) for one in (gate, late_gate)] == ["expired", "expired"]

    page.context.set_offline(False)
    card = page.locator(".conflict")
    expect(card).to_contain_text("Not sent: West gate")
    expect(card).to_contain_text("ask your leader to open it again")
    expect(card).to_contain_text("It was of use until")
    expect(card.get_by_role("button", name="Send mine")).to_have_count(0)
    assert state_of(town, gate) == "done"
    task = town.person("assistant").get(f"/api/tasks/{gate}")["task"]
    assert task["opens_s"] <= task["begun_s"] <= task["done_s"] < task["useless_after_s"]

    on_the_server(town, lead=[(late_gate, "reopen")])
    look_again(page)
    card.get_by_role("button", name="Send mine").click()
    expect(card).to_have_count(0)
    expect(page.locator("#outbox")).to_be_hidden()
    assert state_of(town, late_gate) == "done"


def test_what_is_of_no_use_any_more_is_not_begun_without_a_network(
    windows: Windows, town: RealServer
) -> None:
    on_the_server(town, make=[("North gate", -60.0, 2 * HOUR_S)])
    page = open_phone(windows, town)
    page.context.set_offline(True)
    page.clock.install(time=time.time() + 3 * HOUR_S)
    page.reload()
    page.locator(".task-row", has_text="North gate").click()
    expect(page.locator("#view")).to_contain_text("ask your leader to open it again")
    expect(page.get_by_role("button", name="Check in")).to_have_count(0)


def test_a_task_that_is_cancelled_leaves_the_phone_and_is_named_until_it_is_seen(
    windows: Windows, town: RealServer
) -> None:
    [gate] = on_the_server(town, make=[("South gate", -60.0, 8 * HOUR_S)])
    page = open_phone(windows, town)
    page.locator(".task-row", has_text="South gate").click()
    expect(page.get_by_role("button", name="Check in")).to_be_visible()
    on_the_server(town, lead=[(gate, "cancel")])
    look_again(page)
    card = page.locator(".called-off")
    expect(card).to_contain_text("South gate")
    expect(page.get_by_role("button", name="Check in")).to_have_count(0)
    expect(page.locator(".task-row", has_text="South gate")).to_have_count(0)
    page.context.set_offline(True)
    page.reload()
    expect(card).to_contain_text("South gate")
    card.get_by_role("button", name="Seen").click()
    expect(card).to_have_count(0)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".task-row").first.or_(page.locator(".nothing"))).to_be_visible()
    expect(card).to_have_count(0)
