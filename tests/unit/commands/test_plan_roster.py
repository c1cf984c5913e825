"""`wardmote plan roster` from a question or a plan to files, and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main

SHIFTS = [
    {"post": post, "start_hour": start, "hours": 12, "days": list(range(7)), "units": 1}
    for post in ("p1", "p2")
    for start in (8, 20)
]
POSTS = [
    {"id": post, "name": {"zh": "", "en": post}, "lon": 112.0, "lat": 27.0, "units": 2}
    for post in ("p1", "p2")
]
PLAN = {
    "format": "wardmote-plan/1", "code": "two", "name": {"zh": "", "en": "Two posts"},
    "posts": POSTS, "shifts": SHIFTS,
}  # fmt: skip


def run(*arguments: object, language: str = "en") -> Result:
    words = [str(part) for part in ("plan", "roster", *arguments)]
    return CliRunner(env={"WARDMOTE_LANGUAGE": language}).invoke(main, words)


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_from_a_plan_to_names_and_mended_after_illness(tmp_path: Path) -> None:
    plan, people, question = (tmp_path / name for name in ("plan.json", "people.csv", "q.json"))
    plan.write_text(json.dumps(PLAN), encoding="utf-8")
    rows = [f"{n},队员{n},p{n % 2 + 1}" for n in range(10)]
    people.write_text("\n".join(["编号,姓名,快反点", *rows]), encoding="utf-8")
    begun = run("--from-plan", plan, "--people", people, "--month", "2026-02",
                "--question", question)  # fmt: skip
    assert begun.exit_code == 0, begun.output
    asked = document(question)
    assert (asked["first"], asked["last"]) == ("2026-02-01", "2026-02-28")
    assert {need["skill"] for need in asked["needs"]} == {"p1", "p2"}

    made = run(
        question, "--json", tmp_path / "r.json", "--csv", tmp_path / "r.csv", "--seconds", 40
    )
    assert made.exit_code == 0, made.output
    assert "Every shift has as many as it needs." in made.stdout
    roster = document(tmp_path / "r.json")
    assert len(roster["duties"]) >= 28 * 4
    table = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig")))
    assert len(table) == 11
    assert table[0][2] == "2026-02-01"

    sick = next(duty for duty in roster["duties"] if duty["date"] == "2026-02-10")
    words = f"{sick['crew']}:2026-02-10..2026-02-11"
    mended = run(question, "--repair", tmp_path / "r.json", "--sick", words,
                 "--json", tmp_path / "m.json", "--seconds", 4, language="zh")  # fmt: skip
    assert mended.exit_code == 0, mended.output
    assert "改动" in mended.stdout
    changes = document(tmp_path / "m.json")["changes"]
    assert 0 < len(changes) < 15
    assert all(change["date"] >= "2026-02-10" for change in changes)


QUESTION = {
    "format": "wardmote-roster-question/1", "name": {"zh": "", "en": "x"},
    "first": "2026-12-07", "last": "2026-12-13", "time_zone": "Asia/Shanghai",
    "shifts": [{"code": "D", "start": "08:00", "hours": 8}],
    "needs": [{"shift": "D", "wanted": 1}], "crews": [{"id": "A"}, {"id": "B"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"rules": {"least_hours": 40}, "leave": [
                {"crew": "A", "first": "2026-12-07", "last": "2026-12-09"}]},
            "the least hours in the period; leave",
        ),
        (
            {"leave": [{"crew": name, "first": "2026-12-09", "last": "2026-12-09"}
                       for name in "AB"]},
            "Proven: these cannot all be met (without any one of them it would work): leave; "
            "the number needed (2026-12-09 D)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_explained(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    path = tmp_path / "q.json"
    path.write_text(json.dumps(QUESTION | changes), encoding="utf-8")
    found = run(path, "--seconds", 2)
    assert says in found.stdout
    assert found.exit_code == (1 if "Impossible" in found.stdout else 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "one of the two"),
        (("--sick", "A:2026-12-08..2026-12-09"), "--sick goes with --repair"),
        (("--repair", "no.json"), "no.json"),
        (("--previous", "bad.json"), "bad.json"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    path = tmp_path / "q.json"
    path.write_text(json.dumps(QUESTION), encoding="utf-8")
    (tmp_path / "bad.json").write_text('{"format": "wardmote-plan/1"}', encoding="utf-8")
    words = [str(tmp_path / one) if one.endswith(".json") else one for one in arguments]
    found = run(*([path, *words] if words else []))
    assert found.exit_code == 2
    assert says in found.stderr
