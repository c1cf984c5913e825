"""Thirty-three posts of a generated prefecture: at the town halls, and where they belong.

    wardmote city generate --scale prefecture --out CITY
    python -m benchmarks.prefecture_study CITY OUT

Compared are 33 posts at the town halls, six units each, that always go back to their own post,
with 33 posts placed for the most calls within the 135 standard, the same units, with and without
dynamic relocation. Writes OUT.json (every figure), OUT.geojson (posts) and OUT.svg (a map).
"""

from __future__ import annotations

import argparse
import html
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import machine
from wardmote.core.domain.ids import PostId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import Division, DivisionLevel
from wardmote.core.domain.plain import dump
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import Control
from wardmote.core.studies.figures import outcome_document
from wardmote.core.studies.ground import Ground, ground_of
from wardmote.core.studies.plan import (
    Plan,
    PlannedPost,
    RelocationPlan,
    plan_geojson,
)
from wardmote.core.studies.proposing import Proposal, propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion
from wardmote.core.studies.relocating import (
    MoveSearch,
    RelocationProposal,
    propose_relocation,
    ways_of,
)
from wardmote.core.studies.scenario import AS_USUAL, Scenario
from wardmote.core.studies.siting_rows import free_flow_limits
from wardmote.core.studies.trial import KeptRoads, TrialSetting, run_trial
from wardmote.core.studies.trial_roads import prepare_roads
from wardmote.core.travel.graph import Bool
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.places.city_directory import CityDirectory

POSTS, UNITS_EACH = 33, 6
CHOOSING = TrialSetting(seed=500_001, runs=3, days=7.0)
READY_TURNOUT_S = 15.0
"""Crews that sit in their vehicles: the second way of asking."""
STRAINED = Scenario(
    "strained",
    Bilingual("警情多两成、一成车辆不在", "A fifth more calls, a tenth of units away"),
    demand_factor=1.2, units_away=0.1,
)  # fmt: skip
OVERRUN = Scenario(
    "overrun",
    Bilingual("警情多两成、三分之一车辆不在", "A fifth more calls, a third of units away"),
    demand_factor=1.2, units_away=1 / 3,
)  # fmt: skip
_TOWN_HALL = "seat-"


def town_halls(ground: Ground) -> Plan:
    """Posts at the seats of all counties, then at the town halls with most residents."""
    book = ground.book
    people: dict[str, int] = {}
    for one in book.divisions:
        if one.level is DivisionLevel.VILLAGE and one.parent is not None:
            people[one.parent] = people.get(one.parent, 0) + (one.population or 0)
    counties = [one for one in book.divisions if one.level is DivisionLevel.COUNTY]
    towns = [one for one in book.divisions if one.level is DivisionLevel.TOWN]
    towns.sort(key=lambda one: -people.get(one.code, 0))
    chosen: list[Division] = []
    taken = set()
    for one in [*counties, *towns]:
        where = (round(one.lon, 3), round(one.lat, 3))
        if where not in taken and len(chosen) < POSTS:
            taken.add(where)
            chosen.append(one)
    posts = tuple(
        PlannedPost(PostId(f"{_TOWN_HALL}{one.code}"), one.name, one.lon, one.lat, UNITS_EACH)
        for one in chosen
    )
    return Plan("halls", Bilingual("政府驻地", "At the town halls"), posts)


def best_posts(ground: Ground, seconds: float) -> Proposal:
    """As many posts, wherever the roads let them be, for the most calls within the standard."""
    end_s = time.monotonic() + seconds
    control = Control(
        should_stop=lambda: time.monotonic() > end_s,
        seconds_left=lambda: end_s - time.monotonic(),
        seed=1,
    )
    question = PostQuestion(POSTS, PostObjective.MOST_COVER, units=POSTS * UNITS_EACH)
    found = propose_posts(ground, question, control, code="best")
    if found.plan is None:
        raise SystemExit("no plan was found in time")
    even = tuple(replace(post, units=UNITS_EACH) for post in found.plan.posts)
    name = Bilingual("优化布点", "Best places")
    return replace(found, plan=replace(found.plan, name=name, posts=even))


def in_reach(ground: Ground, plan: Plan) -> Bool:
    """Points that some post reaches within the target if a unit is there."""
    limit = free_flow_limits(ground, ground.points.place_class, Priority.URGENT)
    at = ground.travel.snap([one.lon for one in plan.posts], [one.lat for one in plan.posts])
    reached = ground.travel.matrix(at, ground.points.places) <= limit
    return np.asarray(reached.any(axis=0), dtype=np.bool_)


def draw(ground: Ground, before: Plan, after: Plan) -> str:
    """A map: where calls come from, by whether they are within reach before and after."""
    edge = [
        corner
        for one in ground.book.divisions
        if one.level is DivisionLevel.COUNTY
        for polygon in one.boundary
        for corner in polygon[0]
    ]
    lon = np.concatenate((ground.points.lon, [x for x, _ in edge]))
    lat = np.concatenate((ground.points.lat, [y for _, y in edge]))
    west, east, south, north = lon.min(), lon.max(), lat.min(), lat.max()
    stretch = float(np.cos(np.radians((south + north) / 2)))
    scale = 1_000 / ((east - west) * stretch)
    height = (north - south) * scale

    def at(lon: float, lat: float) -> tuple[float, float]:
        return 20 + (lon - west) * stretch * scale, 20 + (north - lat) * scale

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1040 {height + 110:.0f}" '
        'font-family="Noto Sans, Noto Sans CJK SC, sans-serif" font-size="15">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for one in ground.book.divisions:
        if one.level is DivisionLevel.COUNTY:
            for polygon in one.boundary:
                corners = (at(x, y) for x, y in polygon[0])
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
                parts.append(f'<polygon points="{path}" fill="none" stroke="#b0b0b0"/>')
    old, new = in_reach(ground, before), in_reach(ground, after)
    colours = {
        (False, False): "#cfcfcf", (True, True): "#4f7cac",
        (False, True): "#2e8b57", (True, False): "#d1495b",
    }  # fmt: skip
    size = np.sqrt(ground.points.calls_a_week)
    size = np.rint(2 * (0.8 + 2.2 * size / size.max()))
    for (was, becomes), colour in colours.items():
        for width in np.unique(size).tolist():
            rows = np.flatnonzero((old == was) & (new == becomes) & (size == width))
            dots = "".join(
                "M{:.0f} {:.0f}h0".format(
                    *at(float(ground.points.lon[row]), float(ground.points.lat[row]))
                )
                for row in rows.tolist()
            )
            parts.append(
                f'<path d="{dots}" stroke="{colour}" stroke-width="{width:.0f}" '
                'stroke-linecap="round"/>'
            )
    for post in before.posts:
        x, y = at(post.lon, post.lat)
        parts.append(
            f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#ffffff" '
            f'stroke="#222222" stroke-width="2"><title>{html.escape(post.name.en)}</title></rect>'
        )
    for post in after.posts:
        x, y = at(post.lon, post.lat)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#111111">'
            f"<title>{html.escape(post.name.en)}</title></circle>"
        )
    parts += _legend(height + 45)
    return "\n".join([*parts, "</svg>", ""])


def _legend(top: float) -> list[str]:
    words = [
        ("#4f7cac", "within reach before and after / 前后都能按时到"),
        ("#2e8b57", "gained / 新增能到"),
        ("#d1495b", "lost / 不再能到"),
        ("#cfcfcf", "neither / 都不能"),
    ]
    found, x = [], 24.0
    for colour, label in words:
        found.append(f'<circle cx="{x}" cy="{top}" r="6" fill="{colour}"/>')
        found.append(f'<text x="{x + 12}" y="{top + 5}">{label}</text>')
        x += 40 + 8.2 * len(label)
    low = top + 32
    found.append(
        f'<rect x="19" y="{low - 5}" width="10" height="10" fill="#fff" stroke="#222" '
        'stroke-width="2"/>'
    )
    found.append(f'<text x="36" y="{low + 5}">post at a town hall / 政府驻地的点</text>')
    found.append(f'<circle cx="374" cy="{low}" r="5.5" fill="#111"/>')
    found.append(f'<text x="388" y="{low + 5}">best place / 优化后的点</text>')
    return found


def _relocation(found: RelocationProposal) -> dict[str, Any]:
    gain = found.gain
    return {
        "choices": [
            {"busy_share": one.way.busy_share,
             "gain_share_per_minute": one.way.gain_share_per_minute,
             "minimum_gain_share": one.way.limits.minimum_gain_share,
             "in_time": None if one.in_time is None else vars_of(one.in_time)}
            for one in found.tried
        ],
        "certain": found.better,
        "gain_on_other_calls": None if gain is None else vars_of(gain.value),
    }  # fmt: skip


def vars_of(interval: Any) -> dict[str, float]:
    """An interval as plain numbers."""
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


def _chosen(found: RelocationProposal) -> RelocationPlan:
    """The best way of the first look, whether or not the second was certain."""
    return found.tried[found.best].way


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("city", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--days", type=float, default=28.0)
    parser.add_argument("--seconds", type=float, default=240.0, help="for the posts")
    given = parser.parse_args()
    before, began_s = machine(), time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began_s:7.1f} s  {what}", file=sys.stderr, flush=True)

    directory = CityDirectory.open(given.city)
    travel = TravelTimes.of(directory.road_graph()).with_hierarchy()
    say(f"roads: {travel.graph.junctions} junctions")
    ground = ground_of(
        directory.place_book(), travel, shipped_standard("135"),
        street_names=directory.street_names(), spacing_m=600.0, most_candidates=1_500,
    )  # fmt: skip
    ready = replace(ground, handling=ground.handling.turning_out(READY_TURNOUT_S))
    say(f"{len(ground.points)} points, {len(ground.candidates)} candidates")
    halls = town_halls(ground)
    found = best_posts(ground, given.seconds)
    best = found.plan
    assert best is not None
    say(f"posts: {found.proof}")
    found_ready = best_posts(ready, given.seconds)
    best_ready = found_ready.plan
    assert best_ready is not None
    say(f"posts, crews ready: {found_ready.proof}")
    posts = [*halls.posts, *best.posts, *best_ready.posts]
    kept: KeptRoads = {(): prepare_roads(travel, posts, points=ground.points.places)}
    say("roads prepared for the twin")
    ways = ways_of(MoveSearch.COVER, len(best.posts))
    tuned = propose_relocation(ground, best, CHOOSING, ways=ways, kept=kept)
    moving = replace(
        best, code="moving", name=Bilingual("优化布点并动态调动", "Best places, units moving"),
        relocation=_chosen(tuned),
    )  # fmt: skip
    say(f"relocation: {moving.relocation}")
    setting = TrialSetting(seed=1, runs=given.runs, days=given.days)
    scenarios = [AS_USUAL, STRAINED]
    given.out.with_suffix(".svg").write_text(draw(ground, halls, best), encoding="utf-8")
    features = [
        {**one, "properties": {**one["properties"], "plan": plan.code}}
        for plan in (halls, best)
        for one in plan_geojson(plan)["features"]
    ]
    _write(given.out, ".geojson", {"type": "FeatureCollection", "features": features})
    outcome = run_trial(ground, [halls, best, moving], [*scenarios, OVERRUN], setting, kept=kept)
    say("plans tried")
    report = {
        "city": directory.manifest.options,
        "place": {
            "junctions": travel.graph.junctions,
            "points": len(ground.points),
            "candidates": len(ground.candidates),
            "residents": sum(
                one.population or 0
                for one in ground.book.divisions
                if one.level is DivisionLevel.VILLAGE
            ),
            "turnout_s": ground.handling.turnout_s,
        },
        "proof": dump(found.proof),
        "proof_ready": dump(found_ready.proof),
        "in_reach_share": {
            one.code: float(
                ground.points.calls_a_week[in_reach(ground, one)].sum() / ground.calls_a_week
            )
            for one in (halls, best)
        },
        "reachable_share": found.reachable_share,
        "relocation": _relocation(tuned),
        "machine": before,
        "outcome": outcome_document(outcome),
    }
    _write(given.out, ".json", report)
    moves = run_trial(ground, [best, moving], scenarios, setting, kept=kept)
    report["moves"] = outcome_document(moves)
    say("moves tried")
    moving_ready = replace(
        best_ready,
        code="moving",
        name=moving.name,
        relocation=None if moving.relocation is None else replace(moving.relocation, order=()),
    )
    report["ready"] = outcome_document(
        run_trial(ready, [halls, moving_ready], [AS_USUAL], setting, kept=kept)
    )
    report["machine"] = {**before, "load_1min_after": machine()["load_1min"]}
    report["seconds"] = round(time.monotonic() - began_s)
    _write(given.out, ".json", report)
    say("written")


def _write(out: Path, suffix: str, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    out.with_suffix(suffix).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
