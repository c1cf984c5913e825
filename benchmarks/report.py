"""Result files and the table in the reference."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.registry import Benchmark, Outcome

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
TABLE = HERE.parent / "docs" / "reference" / "benchmarks.md"
ALWAYS = ("numpy", "numba")

INTRODUCTION = """\
# Benchmarks

Written by `python -m benchmarks` from the files in `benchmarks/results`; do not edit. `--only NAME`
runs one, `--list` names them all, `--table` writes this page again without measuring.

One process, one thread, contestants in turn round after round; times are medians over the rounds,
with the fastest and slowest round. Every comparison first checks that both sides give the same
answers.
"""


def machine() -> dict[str, str | int | float]:
    """What the benchmark ran on, and how busy it was."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": os.cpu_count() or 0,
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def write_result(case: Benchmark, outcome: Outcome, before: dict[str, Any]) -> Path:
    """One JSON file per benchmark, replaced at each run."""
    versions = {}
    for package in (*ALWAYS, *outcome.packages):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "absent"
    result = {
        "name": case.name,
        "title": case.title,
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**before, "load_1min_after": round(os.getloadavg()[0], 2)},
        "packages": versions,
        "setting": outcome.setting,
        "seconds_per_operation": {name: asdict(t) for name, t in outcome.timings.items()},
        "numbers": outcome.numbers,
        "goals": [{**asdict(goal), "reached": goal.reached} for goal in outcome.goals],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{case.name}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def write_table() -> Path:
    """The reference page, from every result file there is."""
    results = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))
    ]
    lines = [INTRODUCTION, "## Goals", ""]
    lines += ["| benchmark | goal | bound | measured | reached |", "|---|---|---|---|---|"]
    for result in results:
        for goal in result["goals"]:
            bound = f"{goal['comparison']} {goal['bound']:g} {goal['unit']}"
            measured = f"{three_digits(goal['measured'])} {goal['unit']}"
            reached = "yes" if goal["reached"] else "**no**"
            lines.append(
                f"| {result['name']} | {goal['what']} | {bound} | {measured} | {reached} |"
            )
    for result in results:
        lines += ["", *_section(result)]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TABLE


def _section(result: dict[str, Any]) -> list[str]:
    machine_ = result["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in result["packages"].items())
    setting = "; ".join(f"{name}: {value}" for name, value in result["setting"].items())
    lines = [
        f"## {result['title']}",
        "",
        f"{setting}. Measured {result['measured'][:10]} on {machine_['processor']}, "
        f"{machine_['cores']} cores, load {machine_['load_1min']}, Python {machine_['python']}; "
        f"{packages}.",
    ]
    timings = result["seconds_per_operation"]
    if timings:
        lines += [
            "",
            "| contestant | median | fastest | slowest | rounds |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {_time(t['median_s'])} | {_time(t['min_s'])} | {_time(t['max_s'])} "
            f"| {t['rounds']} |"
            for name, t in timings.items()
        ]
    if result["numbers"]:
        lines += ["", "| figure | value |", "|---|---|"]
        lines += [f"| {name} | {value:.4g} |" for name, value in result["numbers"].items()]
    return lines


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs"


def three_digits(value: float) -> str:
    """A number in three digits, or in all of its whole ones."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
