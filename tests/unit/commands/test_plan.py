"""`wardmote plan` and `wardmote simulate` on a generated town."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main
from wardmote.commands import plan_posts
from wardmote.commands.city_generate import ATTRIBUTION, LICENCE
from wardmote.commands.plan_place import read_plan_file
from wardmote.core.simulation.generated_places.place import generate_place
from wardmote.core.simulation.generated_places.scales import Scale
from wardmote.core.studies.figures import read_outcome
from wardmote.core.studies.plan import read_plan
from wardmote.core.studies.proposing import propose_posts
from wardmote.operations.places.city_directory import (
    CityContents,
    CityManifest,
    CitySource,
    write_city_directory,
)

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated town's directory, its map left empty: planning draws none."""
    place = generate_place(Scale.TOWN, 3)

    def write_map(path: Path) -> int:
        path.write_bytes(b"")
        return 0

    manifest = CityManifest(
        place.name, "CN", "generated", "Asia/Shanghai", place.bounds, place.centre,
        CitySource("generated", LICENCE, ATTRIBUTION, seed=place.seed), {}, {},
    )  # fmt: skip
    contents = CityContents(
        manifest, place.graph, place.street_names, place.place_book, place.names, write_map
    )
    folder = tmp_path_factory.mktemp("towns") / "town"
    write_city_directory(folder, contents, force=False)
    return folder


@pytest.fixture
def run(town: Path) -> Run:
    def given(*arguments: object, language: str = "en") -> Result:
        words = [str(part) for part in arguments]
        where = ["--city", str(town)]
        environment = {"WARDMOTE_LANGUAGE": language}
        return CliRunner(env=environment).invoke(main, [*words, *where])

    return given


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_posts_are_proposed_with_a_proof_and_tried(run: Run, tmp_path: Path) -> None:
    proposed, halls = tmp_path / "posts.json", tmp_path / "halls.json"
    made = run("plan", "posts", "--posts", 3, "--units", 9, "--json", proposed,
               "--geojson", tmp_path / "posts.geojson")  # fmt: skip
    assert made.exit_code == 0
    assert "proven: no plan is better" in made.stdout
    plan = read_plan(document(proposed))
    assert (len(plan.posts), plan.units) == (3, 9)
    assert plan.proof is not None
    assert plan.proof.status == "proven"
    assert document(tmp_path / "posts.geojson")["type"] == "FeatureCollection"

    assert run("plan", "posts", "--posts", 3, "--units", 9, "--town-halls", "--name", "halls",
               "--json", halls).exit_code == 0  # fmt: skip
    scenario = tmp_path / "more.json"
    scenario.write_text(
        json.dumps({"format": "wardmote-scenario/1", "code": "more",
                    "name": {"zh": "多两成", "en": "A fifth more"}, "demand_factor": 1.2})
    )  # fmt: skip
    out, drawn = tmp_path / "outcome.json", tmp_path / "out.geojson"
    tried = run("simulate", "--plan", halls, "--plan", proposed, "--scenario", scenario,
                "--runs", 2, "--days", 2, "--json", out, "--geojson", drawn)  # fmt: skip
    assert tried.exit_code == 0
    assert "A fifth more" in tried.stdout
    outcome = read_outcome(document(out))
    assert [one.plan for one in outcome.figures] == ["halls", "proposed"]
    assert outcome.runs == 2
    kinds = [feature["properties"]["kind"] for feature in document(drawn)["features"]]
    assert kinds.count("post") == sum(len(one.posts) for one in outcome.figures)
    assert kinds.count("area") == len(outcome.areas) * len(outcome.figures) > 0


def test_grids_shifts_moves_and_sites_are_proposed_for_the_present_posts(
    run: Run, tmp_path: Path
) -> None:
    for name, words in {
        "grids": (),
        "shifts": ("--starts", "0,8,20", "--runs", 2, "--days", 1),
        "relocation": ("--runs", 2, "--days", 1, "--method", "all"),
        "resite": ("--moves", 1),
    }.items():
        path = tmp_path / f"{name}.json"
        made = run("plan", name, *words, "--json", path)
        assert made.exit_code == 0, made.output
        plan = read_plan(document(path))
        assert len(plan.posts) == 3
        assert (name == "grids") == (plan.grids is not None)
        assert (name == "shifts") == bool(plan.shifts)
        if name == "shifts":
            assert "find all units busy, by the hypercube model" in made.stdout
            assert "shifts - throughout, usual, In time:" in made.stdout
        if name == "relocation":
            for method in ("expected cover", "compliance table", "looking ahead"):
                assert method in made.stdout


def test_the_fewest_posts_are_found_and_too_few_are_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "fewest.json"
    fewest = ("plan", "posts", "--objective", "cover_all", "--spacing", 2_000)
    made = run(*fewest, "--json", path)
    assert made.exit_code == 0, made.output
    assert "proven: no plan is better" in made.stdout
    posts = len(read_plan(document(path)).posts)
    few = run(*fewest, "--posts", 1)
    assert few.exit_code == 1
    assert f"1 posts are too few: to reach all calls that can be reached within their target, " \
        f"at least {posts} are needed" in few.stderr  # fmt: skip
    bare = run("plan", "posts", "--spacing", 2_000)
    assert bare.exit_code == 2
    assert "--posts" in bare.stderr


def test_priorities_are_weighted_and_the_plan_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "weighted.json"
    made = run("plan", "posts", "--posts", 2, "--weights", "4,2,1,1", "--spacing", 2_000,
               "--json", path)  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "weighted calls a year" in made.stdout
    assert "4 : 2 : 1 : 1" in made.stdout
    proof = document(path)["proof"]
    assert (proof["unit"], proof["weights"]) == ("weighted_calls_a_year", [4.0, 2.0, 1.0, 1.0])
    assert run("plan", "posts", "--posts", 2, "--weights", "4,2").exit_code == 2


def test_rules_of_grids_are_written_down_and_kept_when_they_are_cut_again(
    run: Run, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    assert run("plan", "grids", "--tolerance", 3, "--json", first).exit_code == 0
    grids = read_plan(document(first)).grids
    assert grids is not None
    pair = next(grid.villages[:2] for grid in grids.grids if len(grid.villages) > 1)
    made = run("plan", "grids", "--plan", first, "--previous", first, "--join", ",".join(pair),
               "--json", again)  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "In another grid than before: 0 villages" in made.stdout
    assert f"joined {pair[0]}, {pair[1]}" in made.stdout
    kept = read_plan(document(again)).grids
    assert kept is not None
    assert (kept.rules.join, kept.rules.tolerance) == ((pair,), 3)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--join", "430000000001"), "takes two or more codes"),
        (("--split", "a,,b"), "takes two or more codes"),
        (("--may-split", " "), "takes the code"),
        (("--may-split", "430000000001"), "has the code 430000000001"),
        (("--tolerance", "0.5"), "1<=x<=10"),
    ],
)
def test_rules_that_do_not_fit_are_refused(run: Run, words: tuple[str, ...], told: str) -> None:
    made = run("plan", "grids", *words)
    assert made.exit_code == 2
    assert told in made.output


def test_messages_are_chinese_where_the_terminal_is(run: Run) -> None:
    made = run("plan", "posts", "--posts", 2, "--keep-all", language="zh")
    assert made.exit_code == 2
    assert "保留的快反点有 3 个，多于允许的 2 个" in made.output


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        (("simulate", "--plan"), '{"format": "wardmote-scenario/1"}', "must be wardmote-plan/1"),
        (("simulate", "--plan"), "{", "Line 1 of"),
        (("simulate", "--scenario"),
         '{"format": "wardmote-scenario/1", "code": "a", "name": {"zh": "", "en": ""}, "rain": 1}',
         "rain in the scenario: there is no such field"),
        (("plan", "grids", "--previous"),
         '{"format": "wardmote-plan/1", "code": "a", "name": {"zh": "", "en": ""}, "posts": '
         '[{"id": "p", "name": {"zh": "", "en": ""}, "lon": 111.4, "lat": 27.1}]}',
         "holds no grids"),
        (("plan", "posts", "--posts", 2, "--standard"), "{}", "in the standard"),
        (("plan", "posts", "--posts", 2, "--calls"), "a,b\n", "who began them"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_with_what_to_do(
    run: Run, tmp_path: Path, words: tuple[object, ...], content: str, told: str
) -> None:
    path = tmp_path / "given.json"
    path.write_text(content, encoding="utf-8")
    made = run(*words, path)
    assert made.exit_code == 2
    assert told in made.output


def test_a_map_is_called_like_its_file(tmp_path: Path) -> None:
    for name, shift in (("by-hand", 0.0), ("other", 0.01)):
        place = {"type": "Point", "coordinates": [111.5 + shift, 27.25]}
        point = {"type": "Feature", "geometry": place, "properties": {"units": 4}}
        drawn = {"type": "FeatureCollection", "features": [point]}
        (tmp_path / f"{name}.geojson").write_text(json.dumps(drawn))
    plans = [read_plan_file(tmp_path / f"{name}.geojson") for name in ("by-hand", "other")]
    assert [plan.code for plan in plans] == ["by-hand", "other"], "so that two can be compared"
    assert plans[0].name.in_language("en") == "by-hand"


def test_changes_are_not_told_without_records(run: Run) -> None:
    asked = run("plan", "resite", "--since", "2026-03-01")
    assert asked.exit_code == 2
    assert "--calls" in asked.stderr
    assert run("plan", "resite", "--since", "yesterday").exit_code == 2


def test_what_is_not_there_is_said(run: Run, tmp_path: Path) -> None:
    assert "cannot be read" in run("simulate", "--plan", tmp_path / "no.json").output
    missing = run("plan", "posts", "--posts", 1, "--standard", "1359")
    assert missing.exit_code == 2
    assert "use 135, nfpa1710, urban-rural" in missing.output
    unknown = run("plan", "posts", "--posts", 1, "--close", "nowhere")
    assert "no post or candidate called nowhere" in unknown.output
    (tmp_path / "file").write_text("")
    nowhere = run("plan", "posts", "--posts", 1, "--json", tmp_path / "file" / "a.json")
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.output


def test_own_candidates_are_named_by_row_and_column_or_used(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "own.csv"
    place.write_text("id,lon,lat,use,colour\nyard,here,27,kept,red\n", encoding="utf-8")
    refused = run("plan", "posts", "--posts", 3, "--candidates", place, language="zh")
    assert refused.exit_code == 2
    assert "own.csv：第 2 行，lon：“here” 不是数字" in refused.output
    post = document_of_posts(run, tmp_path)[0]
    place.write_text(f"id,lon,lat,use,colour\n,{post['lon']},{post['lat']},excluded,red\n")
    out = tmp_path / "plan.json"
    made = run("plan", "posts", "--posts", 3, "--candidates", place, "--json", out)
    assert made.exit_code == 0, made.output
    assert "Columns that are not used: colour" in made.output
    assert post["id"] not in {one["id"] for one in document(out)["posts"]}


def document_of_posts(run: Run, folder: Path) -> list[dict[str, Any]]:
    path = folder / "present.json"
    assert run("plan", "resite", "--moves", 1, "--move-cost", 1e9, "--json", path).exit_code == 0
    return list(document(path)["posts"])


def test_ctrl_c_ends_a_search_with_the_best_plan_so_far(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(ground: Any, question: Any, control: Any, **names: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return propose_posts(ground, question, control, **names)

    monkeypatch.setattr(plan_posts, "propose_posts", asked)
    before = signal.getsignal(signal.SIGINT)
    made = run("plan", "posts", "--posts", 2, "--busy", "measured", "--objective",
               "expected_cover", "--json", tmp_path / "plan.json")  # fmt: skip
    assert made.exit_code == 0
    assert "stopped before the end" in made.stdout
    assert document(tmp_path / "plan.json")["proof"]["status"] == "stopped"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--area", "99"), "12 digits"), (("--area", "430122000000"), "No calls are expected"),
     (("--busy", "often"), "or measured")],
)  # fmt: skip
def test_a_question_about_no_part_of_the_place_is_refused(
    run: Run, words: tuple[str, str], told: str
) -> None:
    made = run("plan", "posts", "--posts", 1, *words)
    assert made.exit_code == 2
    assert told in made.output


def test_an_interrupted_plan_leaves_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **names: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_posts, "propose_posts", interrupted)
    made = run("plan", "posts", "--posts", 2, "--json", tmp_path / "plan.json")
    assert made.exit_code == 1
    assert list(tmp_path.iterdir()) == []
