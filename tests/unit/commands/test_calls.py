import pytest
from click.testing import CliRunner

from wardmote.cli import main

LINES = ["Incident Number,Unit ID,Nature,Latitude,Longitude,Time Received,Dispatched,Cleared"]
LINES += [
    f"A{n:04d},E{n % 5 + 1},Burglary,52.5{n % 90:02d}1,13.4{n % 90:02d}1,2023-03-{n % 27 + 1:02d} "
    f"{n % 24:02d}:00:00,2023-03-{n % 27 + 1:02d} {n % 24:02d}:01:00,2023-03-{n % 27 + 1:02d} "
    f"{n % 24:02d}:31:00"
    for n in range(120)
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "calls.csv").write_text("\n".join(LINES), encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_file_is_inspected_confirmed_and_imported_once(folder):
    shown = run("calls", "inspect", folder / "calls.csv", "--write-mapping", folder / "m.toml")
    assert shown.exit_code == 0, shown.output
    assert "one row per unit sent" in shown.output

    arguments = ("calls", "import", folder / "calls.csv", "--mapping", folder / "m.toml",
                 "--out", folder / "out.jsonl", "--language", "en")  # fmt: skip
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "zone_confirmed = true" in refused.output
    assert not (folder / "out.jsonl").exists()

    mapping = (folder / "m.toml").read_text(encoding="utf-8")
    (folder / "m.toml").write_text(mapping.replace("confirmed = false", "confirmed = true"))
    assert "120 added" in run(*arguments).output
    before = (folder / "out.jsonl").read_bytes()
    assert "0 added, 120 unchanged" in run(*arguments).output
    assert (folder / "out.jsonl").read_bytes() == before


def test_the_report_speaks_chinese(folder):
    shown = run("calls", "inspect", folder / "calls.csv", "--language", "zh")
    assert "每行一个出动单位" in shown.output
    assert "疑问" in shown.output


def test_a_mapping_is_not_replaced_unasked(folder):
    (folder / "m.toml").write_text("mine")
    arguments = ("calls", "inspect", folder / "calls.csv", "--write-mapping", folder / "m.toml")
    assert run(*arguments).exit_code == 2
    assert (folder / "m.toml").read_text() == "mine"
    assert run(*arguments, "--force").exit_code == 0
    assert (folder / "m.toml").read_text() != "mine"


def test_rejected_rows_are_listed_with_column_and_reason(folder):
    broken = [*LINES, "A9999,E1,=cmd(),52.5,13.4,yesterday,,"]
    (folder / "calls.csv").write_text("\n".join(broken), encoding="utf-8")
    run("calls", "inspect", folder / "calls.csv", "--write-mapping", folder / "m.toml")
    mapping = (folder / "m.toml").read_text(encoding="utf-8")
    (folder / "m.toml").write_text(mapping.replace("confirmed = false", "confirmed = true"))
    done = run("calls", "import", folder / "calls.csv", "--mapping", folder / "m.toml",
               "--out", folder / "o.jsonl", "--rejects", folder / "r.csv")  # fmt: skip
    assert done.exit_code == 0, done.output
    lines = (folder / "r.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith('"122","Time Received","yesterday","bad_time"')


@pytest.mark.parametrize("near", ["here", "200,10", "1,2,3"])
def test_a_senseless_position_is_refused(folder, near):
    assert run("calls", "inspect", folder / "calls.csv", "--near", near).exit_code == 2


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan"])
def test_a_senseless_speed_is_refused(folder, speed):
    done = run("replay", "--city", folder, "--calls", folder / "calls.csv", "--mapping",
               folder / "m.toml", "--speed", speed)  # fmt: skip
    assert done.exit_code == 2
    assert "--speed" in done.output


def test_an_interrupted_replay_leaves_nothing_behind(folder, monkeypatch):
    def interrupted(**_options):
        raise KeyboardInterrupt

    run("calls", "inspect", folder / "calls.csv", "--write-mapping", folder / "m.toml")
    monkeypatch.setattr("wardmote.commands.replay.run_replay", interrupted)
    before = sorted(folder.iterdir())
    done = run("replay", "--city", folder, "--calls", folder / "calls.csv", "--mapping",
               folder / "m.toml", "--json", folder / "out.json")  # fmt: skip
    assert done.exit_code == 130
    assert sorted(folder.iterdir()) == before
