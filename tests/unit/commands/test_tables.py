"""`wardmote places import` and `wardmote staff import`, on a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PLACES = "code,name\n430521000000,Shaodong\n430521101000,Bridge\n430521101201,Peach\n"
STAFF = (
    "staff number,Chinese name,kind,office,place,from\n"
    "P1,张三,Auxiliary police,Village assistant,430521101201,2026-01-01\n"
)


def test_lists_are_looked_at_first_and_taken_over_whole(tmp_path: Path) -> None:
    def run(*words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "WARDMOTE_LANGUAGE": language}
        environment |= {"WARDMOTE_HOME": str(tmp_path / "home")}
        environment |= {"DJANGO_SETTINGS_MODULE": "wardmote.config.settings"}
        return subprocess.run(  # our own interpreter and module
            [sys.executable, "-m", "wardmote.cli", *words],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    places, staff, wrong = (tmp_path / name for name in ("p.csv", "s.csv", "w.csv"))
    places.write_text(PLACES)
    staff.write_text(STAFF.replace(",from", ",from,shoe size").replace("01-01", "01-01,43"))
    wrong.write_text(STAFF.replace("2026-01-01", "soon") + "P2,,Emperor,,,\n")
    taken = run("places", "import", str(places), "--take-over")
    assert "3 new, 0 changed, 0 end" in taken.stdout
    assert "Everything was taken over." in taken.stdout
    problems = tmp_path / "problems.csv"
    bad = run("staff", "import", str(wrong), "--problems", str(problems), language="zh")
    assert bad.returncode == 1
    assert "请修改文件后重试" in bad.stderr
    assert len(problems.read_text().strip().splitlines()) > 2
    look = run("staff", "import", str(staff))
    assert look.returncode == 0
    assert "1 new, 0 changed, 0 as on record; 1 appointments begin" in look.stdout
    assert "read: shoe size" in look.stdout
    assert "nothing was written" in look.stdout
