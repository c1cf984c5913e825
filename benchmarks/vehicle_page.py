"""Measures the map with many moving vehicles in Chromium; prints one JSON object.

A process of its own, because it sets Django up with the settings of the tests.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import sync_playwright

WARM_UP = 5
OBSERVE = """() => {
    globalThis.updates = [];
    globalThis.frames = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) updates.push(entry.duration);
    }).observe({ type: 'measure' });
    const count = () => { frames += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""


def main(vehicles: int, updates: int) -> dict[str, Any]:
    """Follow `updates` updates, one a second, in which every vehicle moves."""
    django.setup()
    fixtures = importlib.import_module("tests.browser.conftest")
    server_module = importlib.import_module("tests.browser.scripted_server")
    directory = importlib.import_module("wardmote.operations.places.city_directory")
    cli = importlib.import_module("wardmote.cli")
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-") as folder:
        path = Path(folder) / "town"
        arguments = ["city", "generate", "--scale", "town", "--seed", "7", "--out", str(path)]
        cli.main(arguments, standalone_mode=False)
        server = server_module.ScriptedServer(directory.CityDirectory.open(path))
        pattern = server.book.units[0]
        units = tuple(
            dataclasses.replace(pattern, unit_id=f"u{number}", call_sign=f"V{number}")
            for number in range(vehicles)
        )
        server.book = dataclasses.replace(server.book, units=units)
        server.start()
        try:
            return measure(server, fixtures, updates)
        finally:
            server.stop()


def measure(server: Any, fixtures: Any, updates: int) -> dict[str, Any]:
    """Drive the page and read what it measured of itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=fixtures.find_chromium(), args=fixtures.CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720}, base_url=server.origin)
        page.goto("/console/map/")
        page.locator("canvas").wait_for()
        page.wait_for_timeout(3000)
        page.evaluate(OBSERVE)
        send(server, WARM_UP)
        frames_before = page.evaluate("frames")
        begin = time.monotonic()
        send(server, updates)
        frames = page.evaluate("frames") - frames_before
        seconds = time.monotonic() - begin
        durations = page.evaluate("updates")[WARM_UP:]
        version = browser.version
        browser.close()
    return {"durations_ms": durations, "frames_per_s": frames / seconds, "chromium": version}


def send(server: Any, updates: int) -> None:
    """Publish updates, one a second, as precise as a receiver tells (0.1 m)."""
    chance = random.Random(7)
    places = server.do(
        lambda room: [(one.unit, one.lon, one.lat) for one in room.picture.units.values()]
    )
    for _ in range(updates):
        at_s = time.time()
        moved = [
            (lon + chance.uniform(-1, 1) / 900, lat + chance.uniform(-1, 1) / 900)
            for _, lon, lat in places
        ]
        message = {
            "at_s": at_s,
            "units": [unit for unit, _, _ in places],
            "lon": [round(lon, 6) for lon, _ in moved],
            "lat": [round(lat, 6) for _, lat in moved],
            "heading": [round(chance.uniform(0, 360), 1) for _ in places],
            "fix_s": [round(at_s, 3) for _ in places],
        }
        server.do(lambda room, message=message: room.publish("positions", None, message))
        time.sleep(max(0.0, 1.0 - (time.time() - at_s)))


if __name__ == "__main__":
    found = main(int(sys.argv[1]), int(sys.argv[2]))
    found["median_ms"] = statistics.median(found["durations_ms"])
    print(json.dumps(found))
