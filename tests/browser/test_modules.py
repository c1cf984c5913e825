# ruff: noqa: E501 - scripts of the pages read better on their own lines
"""The pages' pure modules, run in Chromium: what a few letters, a line or a clock mean."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.scripted_answers import vocabulary
from tests.browser.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser


@pytest.fixture
def module_page(page: Page, server: ScriptedServer) -> Page:
    """An empty page of our own origin with the translation functions."""
    page.goto("/blank/")
    return page


def call(page: Page, module: str, expression: str, argument: Any = None) -> Any:
    """Evaluate `expression` with the exports of a module as `m` and the argument as `a`."""
    script = f"async (a) => {{ const m = await import('/static/wardmote/{module}'); return {expression}; }}"
    return page.evaluate(script, argument)


def test_a_place_lies_in_the_grid_around_it_and_not_in_its_holes(module_page: Page) -> None:
    def ring(west: float, east: float) -> list[list[float]]:
        return [[west, west], [east, west], [east, east], [west, east], [west, west]]

    grids = {
        "features": [
            {"geometry": {"type": "Polygon", "coordinates": [ring(0, 9), ring(3, 6)]}, "id": 1},
            {
                "geometry": {"type": "MultiPolygon", "coordinates": [[ring(20, 21)], [ring(4, 5)]]},
                "id": 2,
            },
        ]
    }
    places = [[1, 1], [4.5, 4.5], [3.5, 3.5], [20.5, 20.5], [10, 10], [None, None]]
    found = [
        call(module_page, "map/grid_at.js", "m.gridAt(a[0], ...a[1])?.id ?? 0", [grids, place])
        for place in places
    ]
    assert found == [1, 2, 0, 2, 0, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27.1234, 111.4321", [111.4321, 27.1234]),
        ("111.4321 27.1234", [111.4321, 27.1234]),
        ("27.5，111", [111, 27.5]),
        ("-33.9;18.4", [18.4, -33.9]),
        ("27, 111", None),
        ("Mission Street 3", None),
        ("95.0, 195.0", None),
    ],
)
def test_coordinates_are_read_in_either_order(
    module_page: Page, text: str, expected: list[float] | None
) -> None:
    assert call(module_page, "console/suggestions.js", "m.parseCoordinates(a)", text) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("knife", "offence.criminal.weapon"),
        ("盗窃", "offence.criminal.theft"),
        ("kni", "offence.criminal.weapon"),
    ],
)
def test_a_few_letters_find_the_category(module_page: Page, typed: str, code: str) -> None:
    script = """async ([data, typed]) => {
        const { Vocabulary } = await import('/static/wardmote/base/codes.js');
        const { suggestCategories } = await import('/static/wardmote/console/suggestions.js');
        return suggestCategories(new Vocabulary(data), typed).map((one) => one.code);
    }"""
    assert code in module_page.evaluate(script, [vocabulary(), typed])[:3]


def test_a_call_is_late_only_beyond_its_target(module_page: Page) -> None:
    script = """m.standing({stamps: {received: 0, assigned: 10}}, {start: 'assigned', stop: 'arrived'}, {target_s: 60}, a).level"""
    levels = [
        call(module_page, "console/standard_clock.js", script, now_s)
        for now_s in (54.9, 55.0, 70.0, 70.001)
    ]
    assert levels == ["ok", "close", "close", "late"]


def test_before_a_unit_is_sent_the_waiting_counts_from_the_call(module_page: Page) -> None:
    script = "m.standing({stamps: {received: 0}}, {start: 'assigned', stop: 'arrived'}, {target_s: 60}, 61)"
    found = call(module_page, "console/standard_clock.js", script)
    assert (found["running"], found["elapsedS"], found["level"]) == (False, 61, "late")


def test_the_queue_puts_urgent_before_old_and_dealt_with_last(module_page: Page) -> None:
    calls = [
        {"id": "old", "state": "routed", "priority": 3, "stamps": {"received": 1}},
        {"id": "urgent", "state": "entered", "priority": 1, "stamps": {"received": 9}},
        {"id": "done", "state": "resolved", "priority": 1, "stamps": {"received": 0}},
        {"id": "older", "state": "in_progress", "priority": 3, "stamps": {"received": 0}},
    ]
    found = call(
        module_page, "console/standard_clock.js", "a.sort(m.queueOrder).map((one) => one.id)", calls
    )
    assert found == ["urgent", "older", "old", "done"]


def test_a_command_is_completed_word_by_word(module_page: Page) -> None:
    verbs = [
        {
            "verb": "dispatch",
            "names": ["d", "dispatch", "派"],
            "usage": "d CALL UNIT…",
            "help": "",
            "arguments": [
                {"name": "call", "kind": "incident"},
                {"name": "units", "kind": "unit", "many": True},
                {"name": "reason", "kind": "reason.override", "optional": True},
            ],
        }
    ]
    script = """(() => { const seen = []; const source = (kind, word) => { seen.push([kind, word]); return []; };
        for (const line of ['d 7', 'd 7 A', 'd 7 A1 B', 'd 7 A1 /lo', 'd 7 /lo A']) m.complete(line, a, source);
        return seen; })()"""
    assert call(module_page, "console/completion.js", script, verbs) == [
        ["incident", "7"],
        ["unit", "A"],
        ["unit", "B"],
        ["reason.override", "/lo"],
        ["unit", "A"],
    ]


def test_history_recalls_lines_that_begin_alike(module_page: Page) -> None:
    script = """(() => { const h = new m.History(['d 1 a', 'x 1', 'd 2 b']);
        return [h.step(-1, 'd'), h.step(-1, 'd'), h.step(-1, 'd'), h.step(1, 'd'), h.step(1, 'd')]; })()"""
    assert call(module_page, "console/completion.js", script) == [
        "d 2 b",
        "d 1 a",
        None,
        "d 2 b",
        "d",
    ]


def test_a_vehicle_moves_evenly_between_two_fixes(module_page: Page) -> None:
    script = """(() => { const t = new m.VehicleTracks({origin: [111.4, 27.1], baseS: 0, fixBaseS: 1000});
        t.put('u1', 'A1', 0, {lon: 111.4, lat: 27.1, heading: 0, fix_s: 1000});
        t.move({units: ['u1'], lon: [111.404], lat: [27.1], heading: [null], fix_s: [1002]}, 10);
        return [9, 10, 11, 12, 15].map((now) => t.placeOf('u1', now)[0]); })()"""
    found = call(module_page, "map/tracks.js", script)
    assert found == pytest.approx([111.4, 111.4, 111.402, 111.404, 111.404], abs=2e-6)


def test_an_old_fix_does_not_move_a_vehicle_back(module_page: Page) -> None:
    script = """(() => { const t = new m.VehicleTracks({origin: [111.4, 27.1], baseS: 0, fixBaseS: 1000});
        t.put('u1', 'A1', 0, {lon: 111.4, lat: 27.1, heading: 0, fix_s: 1005});
        t.move({units: ['u1'], lon: [111.5], lat: [27.1], heading: [null], fix_s: [1004]}, 10);
        return t.placeOf('u1', 60)[0]; })()"""
    assert call(module_page, "map/tracks.js", script) == pytest.approx(111.4, abs=2e-6)


def test_a_vehicle_turns_the_shorter_way(module_page: Page) -> None:
    script = """(() => { const t = new m.VehicleTracks({origin: [111.4, 27.1], baseS: 0, fixBaseS: 1000});
        t.put('u1', 'A1', 0, {lon: 111.4, lat: 27.1, heading: 350, fix_s: 1000});
        t.move({units: ['u1'], lon: [111.4], lat: [27.11], heading: [10], fix_s: [1001]}, 10);
        return (t.data[7] - t.data[6]) * 180 / Math.PI; })()"""
    assert call(module_page, "map/tracks.js", script) == pytest.approx(20, abs=1e-3)


def test_more_vehicles_than_room_keep_their_places_and_trails(module_page: Page) -> None:
    script = """(() => { const t = new m.VehicleTracks({origin: [111.4, 27.1], baseS: 0, fixBaseS: 1000});
        t.put('u0', 'A0', 0, {lon: 111.41, lat: 27.1, heading: 0, fix_s: 1000});
        t.move({units: ['u0'], lon: [111.42], lat: [27.1], heading: [0], fix_s: [1001]}, 10);
        const before = [...t.trail.subarray(0, 6)];
        for (let i = 1; i < 700; i += 1) t.put('u' + i, 'A', 0, {lon: 111.4, lat: 27.1, heading: 0, fix_s: 1000});
        return [t.count, t.placeOf('u0', 20)[0], before.join() === [...t.trail.subarray(0, 6)].join()]; })()"""
    count, lon, kept = call(module_page, "map/tracks.js", script)
    assert (count, kept) == (700, True)
    assert lon == pytest.approx(111.42, abs=2e-6)


def test_taps_that_wait_show_at_once_what_they_will_do(module_page: Page) -> None:
    job = {
        "assignment": {
            "id": "a1",
            "state": "assigned",
            "queue": 0,
            "allowed": [],
            "stamps": {"assigned": 1},
        }
    }
    entries = [
        {"subject": "a1", "body": {"action": "acknowledge", "device_s": 5}},
        {"subject": "other", "body": {"action": "clear", "device_s": 6}},
        {"subject": "a1", "body": {"action": "depart", "device_s": 7}},
    ]
    found = call(
        module_page, "crew/job.js", "m.withTaps(a[0], a[1])[0].assignment", [[job], entries]
    )
    assert found["state"] == "en_route"
    assert found["stamps"] == {"assigned": 1, "acknowledged": 5, "en_route": 7}
