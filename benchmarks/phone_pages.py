"""Measures the pages that phones open over a slow connection; prints one JSON object.

A process of its own, because it sets Django up with the settings of the tests; the pages are
served by the product itself in another process. Chromium delays and throttles each request as
Lighthouse's profile "slow 3G" says (request-level throttling; the connection itself is set up at
once, as in Chromium's own tools).
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Browser, sync_playwright

TASKS = 20
SETTLED_MS = 4_000
LONGEST_MS = 60_000
LOOK_MS = 200
WATCH = """() => {
    globalThis.readableAt = null;
    const look = () => {
        if (document.querySelector(SELECTOR)?.getClientRects().length) {
            // Two frames: the first draws what was found, the second begins when it was drawn.
            requestAnimationFrame(() => requestAnimationFrame(() => {
                globalThis.readableAt ??= performance.now();
            }));
        } else requestAnimationFrame(look);
    };
    look();
}"""
PAGES = {
    "today": ("assistant", "/today/", ".task-row"),
    "report a hazard": ("assistant", "/hazards/report/", "#category"),
    "crew": ("crew", "/crew/", "#duty"),
    "my night watches": ("volunteer", "/my-watches/", "#view .watch-list > *"),
    "my patrols": ("assistant", "/patrols/walk/", "#view > :not(p.quiet), #view > p + p"),
}


def main(rounds: int, kbit_per_s: int, round_trip_ms: int) -> dict[str, Any]:
    """Open each page `rounds` times with nothing kept before."""
    django.setup()
    fixtures = importlib.import_module("tests.browser.conftest")
    servers = importlib.import_module("tests.browser.real_server")
    tasks = importlib.import_module("tests.browser.test_today")
    directory = importlib.import_module("wardmote.operations.places.city_directory")
    cli = importlib.import_module("wardmote.cli")
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-") as folder:
        path = Path(folder) / "town"
        arguments = ["city", "generate", "--scale", "town", "--seed", "7", "--out", str(path)]
        cli.main(arguments, standalone_mode=False)
        server = servers.RealServer(directory.CityDirectory.open(path), Path(folder) / "home")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=fixtures.find_chromium(), args=fixtures.CHROMIUM_ARGUMENTS
            )
            try:
                server.start()
                tasks.make_tasks(server, *(f"第{number}处安全检查" for number in range(TASKS)))
                found = {
                    name: [
                        visit(browser, server, page, kbit_per_s, round_trip_ms)
                        for _ in range(rounds)
                    ]
                    for name, page in PAGES.items()
                }
                version = browser.version
            finally:
                server.stop()
                browser.close()
    return {
        "pages": {name: together(visits) for name, visits in found.items()},
        "tasks": TASKS,
        "language": "Chinese",
        "chromium": version,
    }


def visit(
    browser: Browser, server: Any, page: tuple[str, str, str], kbit_per_s: int, round_trip_ms: int
) -> dict[str, float]:
    """One opening in a window without any history."""
    username, address, selector = page
    context = browser.new_context(
        base_url=server.origin,
        storage_state=server.person(username).browser_state(),
        viewport={"width": 360, "height": 640},
        service_workers="block",
    )
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": server.origin}])
    window = context.new_page()
    window.add_init_script(f"({WATCH.replace('SELECTOR', json.dumps(selector))})()")
    tools = context.new_cdp_session(window)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    bytes_per_s = kbit_per_s * 1000 / 8
    tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": round_trip_ms,
            "downloadThroughput": bytes_per_s,
            "uploadThroughput": bytes_per_s,
        },
    )
    kinds: dict[str, str] = {}
    sent: dict[str, float] = {}
    whole: dict[str, float] = {}
    tools.on("Network.responseReceived", lambda one: kinds.update({one["requestId"]: one["type"]}))
    tools.on(
        "Network.loadingFinished",
        lambda one: sent.update({one["requestId"]: one["encodedDataLength"]}),
    )
    tools.on(
        "Network.dataReceived",
        lambda one: whole.update(
            {one["requestId"]: whole.get(one["requestId"], 0) + one["dataLength"]}
        ),
    )
    window.goto(address, timeout=LONGEST_MS, wait_until="commit")
    for _ in range(LONGEST_MS // LOOK_MS):  # from outside: the pages allow no eval in them
        if window.evaluate("globalThis.readableAt") is not None:
            break
        window.wait_for_timeout(LOOK_MS)
    else:
        raise TimeoutError(address)
    window.wait_for_timeout(SETTLED_MS)
    readable, painted = window.evaluate(
        """[readableAt, performance.getEntriesByName("first-contentful-paint")[0].startTime]"""
    )
    context.close()
    scripts = [one for one, kind in kinds.items() if kind == "Script"]
    return {
        "readable_s": readable / 1000,
        "painted_s": painted / 1000,
        "requests": len(kinds),
        "sent_kb": sum(sent.values()) / 1000,
        "script_sent_kb": sum(sent.get(one, 0) for one in scripts) / 1000,
        "script_kb": sum(whole.get(one, 0) for one in scripts) / 1000,
    }


def together(visits: list[dict[str, float]]) -> dict[str, Any]:
    """The times of all rounds; the largest amounts."""
    times = {name: [one[name] for one in visits] for name in ("readable_s", "painted_s")}
    amounts = ("requests", "sent_kb", "script_sent_kb", "script_kb")
    return {**times, **{name: round(max(one[name] for one in visits), 1) for name in amounts}}


if __name__ == "__main__":
    print(json.dumps(main(*(int(one) for one in sys.argv[1:4]))))
