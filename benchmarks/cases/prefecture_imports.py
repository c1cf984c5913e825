"""A prefecture's places, boundaries and staff taken in from files by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.live_server import home_environment
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark

COUNTIES, TOWNS_EACH = 12, 17
VILLAGES = 3_299
PEOPLE = 10_000
GOAL_S = 60.0
_IN_OFFICE = (
    ("A", "辅警", "Auxiliary police", "Village assistant"),
    ("C", "主任", "Civilian", "Village security chief"),
)
_COMMAND = "from wardmote.cli import main; main()"
_PREFIX = "9901"
_POINTS_A_SIDE = 25
"""Corners of a village's boundary on each of its four sides."""


def _codes() -> tuple[list[str], list[str], list[str]]:
    """12-digit codes of counties, towns and villages."""
    counties = [f"{_PREFIX}{number:02d}000000" for number in range(1, COUNTIES + 1)]
    towns = [f"{code[:6]}{100 + t:03d}000" for code in counties for t in range(1, TOWNS_EACH + 1)]
    villages = [f"{towns[v % len(towns)][:9]}{200 + v // len(towns):03d}" for v in range(VILLAGES)]
    return counties, towns, sorted(villages)


def _write_places(path: Path) -> None:
    counties, towns, villages = _codes()
    rows = ["code,name", f"{_PREFIX[:2]}0000000000,Province", f"{_PREFIX}00000000,Prefecture"]
    for kind, codes in (("County", counties), ("Town", towns), ("Village", villages)):
        rows += [f"{code},{kind} {number}" for number, code in enumerate(codes, start=1)]
    path.write_text("\n".join(rows) + "\n", "utf-8")


def _write_boundaries(path: Path) -> None:
    """Squares side by side, each with corners along its sides, shared with its neighbours."""
    _counties, _towns, villages = _codes()
    side, step = 58, 0.02
    features = []
    for number, code in enumerate(villages):
        west, south = 110.0 + (number % side) * step, 26.0 + (number // side) * step
        along = [place * step / _POINTS_A_SIDE for place in range(_POINTS_A_SIDE)]
        ring = (
            [[west + way, south] for way in along]
            + [[west + step, south + way] for way in along]
            + [[west + step - way, south + step] for way in along]
            + [[west, south + step - way] for way in along]
        )
        rounded = [[round(lon, 7), round(lat, 7)] for lon, lat in [*ring, ring[0]]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": {"type": "Polygon", "coordinates": [rounded]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def _write_staff(path: Path) -> None:
    _counties, towns, villages = _codes()
    rows = ["staff number,Chinese name,kind,area,office,place,from"]
    for number, code in enumerate(villages):
        town = f"{code[:9]}000"
        for letter, name, kind, office in _IN_OFFICE:
            rows.append(f"{letter}{number:05d},{name},{kind},{town},{office},{code},2026-01-01")
    for number in range(PEOPLE - 2 * len(villages)):
        rows.append(f"V{number:05d},志愿{number},Volunteer,{towns[number % len(towns)]},,,")
    path.write_text("\n".join(rows) + "\n", "utf-8")


def _run(environment: dict[str, str], *words: str) -> float:
    """Seconds that a command took, its own start included."""
    began_s = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *words, "--take-over"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"{' '.join(words[:2])} failed: {(done.stderr or done.stdout)[-400:]}"
        raise CannotRunError(msg)
    return time.perf_counter() - began_s


@benchmark("prefecture_imports", "A prefecture's places, boundaries and staff taken in from files")
def imports() -> Outcome:
    with tempfile.TemporaryDirectory(prefix="wardmote-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        environment = {**home_environment(home, Path(folder)), "WARDMOTE_LANGUAGE": "en"}
        del environment["WARDMOTE_CITY"]
        files = {
            "places": Path(folder) / "places.csv",
            "boundaries": Path(folder) / "boundaries.geojson",
            "staff": Path(folder) / "staff.csv",
        }
        _write_places(files["places"])
        _write_boundaries(files["boundaries"])
        _write_staff(files["staff"])
        took = {
            "places": _run(environment, "places", "import", str(files["places"])),
            "boundaries": _run(environment, "places", "import", str(files["boundaries"])),
            "staff": _run(environment, "staff", "import", str(files["staff"])),
        }
        sizes = {f"{name}_mb": round(path.stat().st_size / 1e6, 1) for name, path in files.items()}
    return Outcome(
        goals=(
            Goal("places and people", took["places"] + took["staff"], "<=", GOAL_S, "s"),
            Goal("boundaries", took["boundaries"], "<=", GOAL_S, "s"),
        ),
        numbers={f"{name}_s": round(seconds, 2) for name, seconds in took.items()},
        setting={
            "villages": VILLAGES,
            "people": PEOPLE,
            **sizes,
            "database": "SQLite",
            "cores": os.cpu_count() or 0,
            "load_average_1_min": round(psutil.getloadavg()[0], 2),
        },
        packages=("django", "shapely"),
    )
