"""A PostgreSQL cluster of the tests' own: made in a temporary directory, reached by a socket."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

USER = "wardmote"
_DEBIAN = Path("/usr/lib/postgresql")
_LIMIT_S = 60


def binaries() -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` are, the newest version; None without any."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    return versions[-1].parent if versions else None


class Cluster:
    """A running cluster.

    It collates text as no programming language does, so that nothing may rely on that order.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._owner = _owner()
        self._data = folder / "data"
        if self._owner:
            shutil.chown(folder, self._owner["user"], self._owner["group"])
        folder.chmod(0o755)
        self._run(
            "initdb", "--pgdata", str(self._data), "--username", USER, "--auth", "trust",
            "--encoding", "UTF8", "--locale-provider", "icu", "--icu-locale", "en-US",
            "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it takes connections. It keeps no data over a power cut."""
        settings = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-o", settings, "-l", str(self._folder / "log"))

    def stop(self, how: str = "immediate") -> None:
        """Stop it; ``immediate`` is as when it is killed."""
        self._run("pg_ctl", "stop", "-w", "-m", how)

    def url(self, database: str) -> str:
        """What `WARDMOTE_DATABASE` is set to."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    def create(self, database: str) -> str:
        """Make a database; returns its URL."""
        self._run("createdb", "--host", str(self._folder), "--username", USER, database)
        return self.url(database)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._programs / program), *arguments]
        done = subprocess.run(
            command,
            env={**os.environ, "PGDATA": str(self._data), "LC_ALL": "C.UTF-8"},
            # What it starts in the background must not keep a pipe of ours open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            timeout=_LIMIT_S,
            check=False,
            **self._owner,
        )
        log = self._folder / "log"
        assert done.returncode == 0, (program, log.read_text() if log.exists() else "")


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: somebody else then, as arguments of `subprocess`."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root, and there is no other user")


@contextlib.contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster until the end of the block; the test is skipped where there is no PostgreSQL."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no initdb on the path or in /usr/lib/postgresql)")
    with tempfile.TemporaryDirectory(prefix="wardmote-pg-", ignore_cleanup_errors=True) as name:
        cluster = Cluster(Path(name), programs)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
