"""The city that several files here replay, built once for them all."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from click.testing import CliRunner

from wardmote.cli import main


@pytest.fixture(scope="session")
def san_francisco_built(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """San Francisco's city directory with its 45 stations; one for all workers of a test run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if own.name.startswith("popen-") else own
    out = shared / "san-francisco-built"
    folder = shared_data / "san_francisco"
    with (shared / "san-francisco.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            arguments = [
                *("city", "build", "--name", "San Francisco", "--out", str(out)),
                *("--roads", str(folder / "sf_roads.osm.pbf")),
                *("--posts", str(folder / "sf_fire_stations.csv")),
            ]
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, done.output
    return out
