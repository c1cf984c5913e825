"""A day of a whole prefecture: pages of people at work, and the tasks that are made for everybody.

A generated prefecture with its staff appointed and a year of tasks, hazards and calls behind it.
The server and the one who asks are processes of their own; requests come one after another, each by
another person, so that what is measured is the server's time and the way there and back on one
machine. Each round asks for every page once, after one warm round that is not counted. Bulletins of
a day, a week and a month are published ones; ``running_month`` is live and kept ready, as for
whoever looked at it within a day; ``live_month`` is of another month each round, worked out anew by
the record as it is, as for whoever is the first to ask. Run it on an idle machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.live_server import (
    REPOSITORY,
    generated_place,
    home_environment,
    prepared_home,
    serving,
)
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark

SEED = "7"
ROUNDS = 60
LIVE_ROUNDS = 9
"""So many live months there are, but for the one of the warm round."""
_PAGES = {
    "today": ("/today/", "assistants"),
    "today_tasks": ("/api/tasks/today", "assistants"),
    "board_of_officer": ("/tasks/", "officers"),
    "board_of_chief": ("/tasks/", "chiefs"),
    "board_of_prefecture": ("/tasks/", "leaders"),
    "hazards": ("/hazards/", "chiefs"),
    "hazards_of_prefecture": ("/hazards/", "leaders"),
    "hazard_figures": ("/hazards/figures/", "leaders"),
    "bulletin_day": ("/bulletin/{day}/", "leaders"),
    "bulletin_week": ("/bulletin/{week}/", "leaders"),
    "bulletin_month": ("/bulletin/{month}/", "leaders"),
    "bulletin_running_month": ("/bulletin/{running_month}/", "leaders"),
    "gaps": ("/staff/gaps/", "leaders"),
}
_LIVE = {"bulletin_live_month": ("/bulletin/{live_month}/?live=1", "leaders")}
_GOALS_MS = {"today": 100.0, "today_tasks": 100.0} | {
    name: 1_000.0 for name in (*_PAGES, *_LIVE) if name.startswith(("board", "bulletin"))
}


@cache
def _measured() -> tuple[dict[str, Any], dict[str, Any]]:
    """What the preparation says, and milliseconds by page."""
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-") as folder:
        named = os.environ.get("WARDMOTE_BENCH_PREFECTURE")
        city = Path(named) if named else generated_place("prefecture", SEED, Path(folder))
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        environment = home_environment(home, city)
        about = prepared_home(environment, "tests.load.prepare_prefecture")
        with serving(environment) as (process, url):
            server = psutil.Process(process.pid)
            found = _asked(url, about, _PAGES, ROUNDS) | _asked(url, about, _LIVE, LIVE_ROUNDS)
            about["server_mb"] = round(server.memory_info().rss / 1e6)
        return about, found


def _asked(
    url: str, about: dict[str, Any], pages: dict[str, tuple[str, str]], rounds: int
) -> dict[str, Any]:
    """What the one who asks for pages found."""
    told = {
        name: {"paths": _paths(path, about["periods"]), "sessions": about["sessions"][who]}
        for name, (path, who) in pages.items()
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.load.page_load"),
            *("--url", url, "--rounds", str(rounds)),
        ],
        cwd=REPOSITORY,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"the pages could not be asked for: {done.stderr[-400:]}"
        raise CannotRunError(msg)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _paths(path: str, periods: dict[str, list[str]]) -> list[str]:
    for name, values in periods.items():
        if "{" + name + "}" in path:
            return [path.replace("{" + name + "}", value) for value in values]
    return [path]


def _setting(about: dict[str, Any]) -> dict[str, str | int | float]:
    return {
        "place": f"generated prefecture, seed {SEED}",
        "villages": about["villages"],
        "staff": about["staff"],
        "tasks": about["tasks"],
        "hazards": about["hazards"],
        "calls": about["calls"],
        "warm_rounds_not_counted": 1,
        "database": "SQLite",
        "cores": os.cpu_count() or 0,
        "load_average_1_min": round(psutil.getloadavg()[0], 2),
    }


@benchmark("prefecture_pages", "Pages of a prefecture's day, from request to whole answer")
def pages() -> Outcome:
    about, found = _measured()
    numbers = {
        "server_mb": float(about["server_mb"]),
        "publishing_s": round(about["publishing_s"], 1),
    }
    for name, page in found.items():
        for share in (50, 95):
            numbers[f"{name}_p{share}_ms"] = round(float(np.percentile(page["ms"], share)), 1)
        numbers[f"{name}_kb"] = round(page["bytes"] / 1e3, 1)
    return Outcome(
        goals=tuple(
            Goal(f"{name}, p95", numbers[f"{name}_p95_ms"], "<=", goal_ms, "ms")
            for name, goal_ms in _GOALS_MS.items()
        ),
        numbers=numbers,
        setting=_setting(about),
        packages=("uvicorn", "django"),
    )


@benchmark("prefecture_making", "A day's tasks made for everybody in a prefecture")
def making() -> Outcome:
    about, _found = _measured()
    a_day_s = about["making_s"] * about["made_fullest_day"] / max(about["made"], 1)
    return Outcome(
        goals=(
            Goal("three days' tasks for everybody", about["making_s"], "<=", 60.0, "s"),
            Goal("staff imported and appointed", about["staff_import_s"], "<=", 60.0, "s"),
        ),
        numbers={
            "made": float(about["made"]),
            "made_fullest_day": float(about["made_fullest_day"]),
            "fullest_day_s": round(a_day_s, 2),
            "making_cpu_s": round(about["making_cpu_s"], 2),
            "staff_import_s": round(about["staff_import_s"], 2),
        },
        setting=_setting(about),
        packages=("django",),
    )
