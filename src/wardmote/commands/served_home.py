"""A home for a demonstration and the server in a process of its own, both gone at the end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wardmote.commands.language import ProblemShown, text
from wardmote.commands.serve import listen

_STOP_LIMIT_S = 15.0
_OWN_NAMES = "localhost,127.0.0.1,[::1]"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demonstration is served.

    Attributes:
        password: of every account of it.
        settings: more environment variables of the server.
        host: address that the server listens on.
        training: a training room instead of a demonstration.
    """

    home: Path
    city: Path
    port: int
    password: str
    settings: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    training: bool = False

    @property
    def origin(self) -> str:
        """Address of the server."""
        return f"http://{_reached_as(self.host)}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment of the server and of its preparation."""
        whole = {
            **os.environ,
            **self.settings,
            "WARDMOTE_HOME": str(self.home),
            "WARDMOTE_CITY": str(self.city),
            "WARDMOTE_ORIGIN": self.origin,
            **self._hosts(),
            "WARDMOTE_DEMO": "" if self.training else "1",
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
        }
        if self.training:
            # The real place's database, should this shell know it, is nothing to a training room.
            whole.pop("WARDMOTE_DATABASE", None)
        return whole

    def _hosts(self) -> dict[str, str]:
        """An address that is listened on is one that the server answers to."""
        named, own = os.environ.get("WARDMOTE_HOSTS", _OWN_NAMES), _reached_as(self.host)
        return {} if own in named.split(",") else {"WARDMOTE_HOSTS": f"{named},{own}"}


def _reached_as(host: str) -> str:
    """The host part of an address where whoever listens on `host` is reached from here."""
    if host in ("127.0.0.1", "0.0.0.0", "::1", "::"):  # noqa: S104  # compared, not listened on
        return "localhost"
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def kept_or_temporary_home(home: Path | None, prefix: str) -> Iterator[Path]:
    """The given directory, kept; or a new one, removed at the end."""
    if home is not None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield home.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_passphrase() -> str:
    """A password that can be read aloud."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def ask_of_home(module: str, environment: dict[str, str], given: object = None) -> Any:
    """What a module of `wardmote.config` says of a home, in a process of its own.

    Args:
        module: its name; it reads JSON on standard input and may write JSON on standard output.
        environment: of that process; it names the home.

    Returns:
        What it wrote, or None if that was nothing.

    Raises:
        ProblemShown: it failed, and has said why on standard error.
    """
    done = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", module],
        input=json.dumps(given),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProblemShown(
            text("数据库准备失败，见上。", "The database was not prepared; see above.")
        )
    return json.loads(done.stdout) if done.stdout else None


@contextlib.contextmanager
def running_server(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """The server in a process of its own, ended at the end.

    Raises:
        Problem: somebody else listens on the port.
    """
    # Whoever is there already would answer in the place of the server that cannot start.
    listen(stage.host, stage.port).close()
    command = [
        sys.executable, "-m", "wardmote.cli", "serve",
        "--home", str(stage.home), "--city", str(stage.city), "--port", str(stage.port),
        "--host", stage.host,
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, env=stage.environment(), start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
