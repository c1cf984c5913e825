"""A server in a process of its own, as `wardmote serve` starts it, that can be killed."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
CSRF = "x" * 32
SERVE = "from wardmote.cli import main; main()"
_OURS = (
    "WARDMOTE_CITY",
    "WARDMOTE_DATABASE",
    "WARDMOTE_HOME",
    "WARDMOTE_ORIGIN",
)
_PREPARATION_S = 120


class Deployment:
    """A home, and the server of it while one runs.

    `sessions` maps the names of accounts to session keys; ``fault`` is a supervisor.
    """

    def __init__(
        self, home: Path, *, city: Path | None = None, database: str = "", units: int = 0
    ) -> None:
        self.home = home
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in _OURS},
            "WARDMOTE_HOME": str(home),
            "WARDMOTE_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
            **({} if city is None else {"WARDMOTE_CITY": str(city)}),
        }
        self._process: subprocess.Popen[str] | None = None
        self.made: dict[str, Any] = json.loads(
            self.run("make") if city is None else self.run("make_town", str(units))
        )
        self.sessions: dict[str, str] = self.made["sessions"]
        self.url = ""

    def twin(self) -> Deployment:
        """Another server of the same home and database."""
        other = copy.copy(self)
        other._process = None
        return other

    def run(self, *what: str) -> str:
        """The last line that a command of `small_home` prints in this home."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.small_home", *what],
            cwd=REPOSITORY,
            # The tests' settings hash passwords quickly; the rest is the product's.
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            capture_output=True,
            text=True,
            timeout=_PREPARATION_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    def start(self, *, log: Path | None = None, **more: Any) -> None:
        """Start the server and wait until it answers; `more` goes to the process."""
        with (log or Path(os.devnull)).open("a") as error:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-c", SERVE, "serve", "--port", "0"],
                cwd=REPOSITORY,
                env={**self.environment, "LANG": "en"},
                stdout=subprocess.PIPE,
                stderr=error,
                text=True,
                **more,
            )
        assert self._process.stdout is not None
        self.url = ""
        for line in self._process.stdout:
            if "http://" in line:
                self.url = "http://127.0.0.1:" + line.split("localhost:")[1].split("/")[0]
                break
        assert self.url, "the server did not start"
        with self.client() as client:
            assert client.get("/live/health").json()["ok"]

    def refused_to_start(self) -> str:
        """What a server that must not start says; the last line of it."""
        done = subprocess.run(
            [sys.executable, "-c", SERVE, "serve", "--port", "0"],
            cwd=REPOSITORY,
            env={**self.environment, "LANG": "en_US.UTF-8"},
            capture_output=True,
            text=True,
            timeout=_PREPARATION_S,
            check=False,
        )
        assert done.returncode != 0
        return done.stderr.strip().splitlines()[-1]

    def client(self, account: str = "fault") -> httpx.Client:
        """A client logged in under an account."""
        session = self.sessions[account]
        return httpx.Client(
            base_url=self.url,
            headers={"X-CSRFToken": CSRF, "Cookie": f"sessionid={session}; csrftoken={CSRF}"},
            timeout=60,
            transport=httpx.HTTPTransport(retries=3),
        )

    def kill(self) -> None:
        """End the server as the machine would, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        self._end(signal.SIGINT)

    @property
    def process(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
