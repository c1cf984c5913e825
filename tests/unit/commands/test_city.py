from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wardmote.cli import main
from wardmote.commands import city as city_command
from wardmote.commands.language import terminal_language
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.city_directory import CityDirectory

TOWN = (
    '<?xml version="1.0"?><osm version="0.6">'
    '<node id="1" lat="27.23" lon="111.46" version="1"/>'
    '<node id="2" lat="27.23" lon="111.47" version="1"/>'
    '<way id="5" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/>'
    '<tag k="name" v="解放路"/></way>'
    '<way id="6" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="steps"/></way></osm>'
)


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(TOWN, encoding="utf-8")
    return path


def run(*arguments: object, language: str = "en_GB.UTF-8") -> Result:
    environment = {
        "LANGUAGE": None,
        "LC_ALL": None,
        "LC_MESSAGES": None,
        "WARDMOTE_LANGUAGE": None,
        "LANG": language,
    }
    return CliRunner(env=environment).invoke(main, [str(part) for part in arguments])


def test_building_a_city_reports_what_was_made_and_dropped(roads: Path, tmp_path: Path) -> None:
    result = run("city", "build", "--roads", roads, "--out", tmp_path / "city", "--name", "East")
    assert result.exit_code == 0
    assert "Built East" in result.stdout
    assert "2 junctions, 1 edges" in result.stdout
    assert "CN (guessed from the position), time zone Asia/Shanghai" in result.stdout
    assert "1  footways, cycleways, steps" in result.stdout
    assert "Reading roads" in result.stderr
    CityDirectory.open(tmp_path / "city").verify()


def test_the_terminal_s_language_is_spoken(roads: Path, tmp_path: Path) -> None:
    result = run(
        "city", "build", "--roads", roads, "--out", tmp_path / "city", language="zh_CN.UTF-8"
    )
    assert "已建立" in result.stdout
    assert "步道" in result.stdout
    assert "读取道路" in result.stderr


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh-hans"),
        ({"LANG": "C", "WARDMOTE_LANGUAGE": "zh"}, "zh-hans"),
    ],
)
def test_the_language_follows_the_locale(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "not an OpenStreetMap file"),
        (TOWN[:200].encode(), "truncated"),
    ],
)
def test_a_bad_file_ends_with_code_2_and_leaves_nothing(
    tmp_path: Path, content: bytes, said: str
) -> None:
    bad = tmp_path / "bad.osm"
    bad.write_bytes(content)
    result = run("city", "build", "--roads", bad, "--out", tmp_path / "city")
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("Error: ") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad.osm"]


def test_a_bad_file_is_said_in_chinese(tmp_path: Path) -> None:
    result = run(
        "city", "build", "--roads", tmp_path / "x", "--out", tmp_path / "c", language="zh_CN.UTF-8"
    )
    assert result.exit_code == 2
    assert "错误：找不到文件" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--country", "China", "two letters"),
        ("--timezone", "Asia/Shaoyang", "time zone"),
        ("--division-code", "43", "12 digits"),
    ],
)
def test_wrong_options_are_explained(
    roads: Path, tmp_path: Path, option: str, value: str, said: str
) -> None:
    result = run("city", "build", "--roads", roads, "--out", tmp_path / "city", option, value)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "city").exists()


def test_an_existing_city_needs_force(roads: Path, tmp_path: Path) -> None:
    arguments = ("city", "build", "--roads", roads, "--out", tmp_path / "city")
    assert run(*arguments).exit_code == 0
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert run(*arguments, "--force").exit_code == 0


def test_ctrl_c_leaves_nothing(
    roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = city_command._Progress.begin

    def stop(progress: city_command._Progress, step: object) -> None:
        real(progress, step)  # type: ignore[arg-type]  # handed through as it came
        if "base map" in progress._step and "Making" in progress._step:
            raise KeyboardInterrupt

    monkeypatch.setattr(city_command._Progress, "begin", stop)
    result = run("city", "build", "--roads", roads, "--out", tmp_path / "city")
    assert result.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["town.osm"]


def test_a_termination_signal_leaves_nothing(roads: Path, tmp_path: Path) -> None:
    script = (
        "import os, signal, wardmote.gateways.osm.build as build\n"
        "def stop(*args, **more):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    raise SystemExit('the signal was not noticed')\n"
        "build.write_base_map = stop\n"
        "from wardmote.cli import main\n"
        f"main(['city', 'build', '--roads', {str(roads)!r}, '--out', {str(tmp_path / 'city')!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "the signal was not noticed" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["town.osm"]


def test_the_manifest_is_json_that_people_can_read(roads: Path, tmp_path: Path) -> None:
    run("city", "build", "--roads", roads, "--out", tmp_path / "city")
    manifest = json.loads((tmp_path / "city" / "city.json").read_text("utf-8"))
    assert manifest["format"] == "wardmote-city/1"
    assert manifest["source"]["attribution"] == "© OpenStreetMap contributors"


def test_a_terminal_sees_a_running_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDMOTE_LANGUAGE", "en")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = city_command._Progress()
    progress.begin(Bilingual(zh="读取道路", en="Reading roads"))
    progress.count(2000)
    progress.count(4000)
    progress.end()
    shown = capsys.readouterr().err
    assert "Reading roads … 4,000" in shown
    assert shown.endswith("\n")
