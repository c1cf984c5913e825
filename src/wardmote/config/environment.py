"""What the outside tells the product at start: environment variables and the home directory.

The home directory holds the database and two secrets, which are made on first use and are
readable by their owner alone.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from wardmote.core.domain.problem import Problem

_POSTGRESQL_LIMITS = (
    "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
"""Nobody waits for a turn longer than with SQLite; a process that hangs, or whose machine is gone,
gives up its turn and its claim."""


TRAINING_MARKER = "training.json"
"""This file in a home makes it a training room, for every program that ever opens it."""

CALLER_RETENTION_DAYS = 365
"""Days after which the callers of ended calls are erased, unless the deployment says otherwise."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of one deployment.

    Attributes:
        home: directory of the database, the secrets and uploaded files.
        city: city directory, or None when none is loaded yet.
        database_url: ``postgresql://user:password@host:port/name``, or with a directory of sockets
            ``postgresql:///name?host=/run/postgresql``; empty means SQLite in `home`.
        hosts: host names the server answers to.
        origin: the public origin, such as ``https://wardmote.example.org``; used in short links.
        time_zone: IANA name; the city's own unless set.
        holidays: country whose holidays demand is told apart by, such as ``CN`` or ``US-MO``, or
            ``none``; empty for that of the time zone.
        secure: true behind HTTPS: cookies are secure and HSTS is sent.
        caller_retention_days: callers of ended calls are erased so many days after they called;
            None keeps them.
        demo: true for the demonstration, whose clock can be sped up.
        training: true for a training room; the home itself says so, and nothing switches it off.
        read_only: true for a program that only reads the home's database, whatever it tries.
    """

    home: Path
    city: Path | None
    database_url: str
    hosts: tuple[str, ...]
    origin: str
    time_zone: str
    secure: bool
    demo: bool
    caller_retention_days: int | None = CALLER_RETENTION_DAYS
    training: bool = False
    read_only: bool = False
    holidays: str = ""

    def secret(self, name: str) -> str:
        """The secret called `name`, made on first use and kept in a file of mode 0600."""
        path = self.home / f"{name}.secret"
        try:
            return path.read_text("ascii").strip()
        except FileNotFoundError:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            value = secrets.token_urlsafe(48)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return path.read_text("ascii").strip()
            with os.fdopen(descriptor, "w") as file:
                file.write(value)
            return value

    def database(self) -> dict[str, Any]:
        """Django's description of the database."""
        if self.database_url:
            return _postgresql(self.database_url)
        return {
            "ENGINE": "wardmote.operations.journal.sqlite",
            "NAME": self._database_file(),
            # Statistics of the tables are read when a connection is opened.
            "CONN_MAX_AGE": 3_600,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged call survives a power cut, not only a killed process.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }

    def _database_file(self) -> str:
        path = self.home / "wardmote.sqlite3"
        return f"file:{quote(str(path))}?mode=ro" if self.read_only else str(path)


def _postgresql(url: str) -> dict[str, Any]:
    """Django's description of a PostgreSQL database.

    The URL is one of libpq: its query may name a directory of sockets as ``host``, and any other
    parameter of a connection, such as ``sslmode``.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(
            "WARDMOTE_DATABASE must look like postgresql://user:password@host:port/name"
        )
    more = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "wardmote.operations.journal.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": more.pop("host", parts.hostname or ""),
        "PORT": more.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "5", "options": _POSTGRESQL_LIMITS, **more},
    }


def _city_time_zone(city: Path | None) -> str:
    if city is None or not (city / "city.json").is_file():
        return "Asia/Shanghai"
    manifest = json.loads((city / "city.json").read_text("utf-8"))
    return str(manifest.get("timezone") or "Asia/Shanghai")


def _days(text: str) -> int | None:
    """A number of days; `CALLER_RETENTION_DAYS` when empty, None for ``keep``."""
    if not text:
        return CALLER_RETENTION_DAYS
    if text == "keep":
        return None
    if not text.isdigit() or int(text) < 1:
        raise ValueError("WARDMOTE_CALLER_RETENTION_DAYS must be a number of days, or keep")
    return int(text)


def read_environment() -> Environment:
    """The environment as the process found it.

    Raises:
        ValueError: a value cannot be used.
        Problem: a training home is given another database.
    """
    get = os.environ.get
    home = Path(get("WARDMOTE_HOME", "~/.local/share/wardmote")).expanduser()
    training = (home / TRAINING_MARKER).exists()
    if training and get("WARDMOTE_DATABASE", ""):
        raise Problem(
            zh="演练席只用自己的数据库；请取消 WARDMOTE_DATABASE。",
            en="A training room keeps its own database; unset WARDMOTE_DATABASE.",
        )
    city = get("WARDMOTE_CITY", "")
    city_path = Path(city) if city else None
    hosts = get("WARDMOTE_HOSTS", "localhost,127.0.0.1,[::1]")
    return Environment(
        home=home,
        city=city_path,
        database_url=get("WARDMOTE_DATABASE", ""),
        hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        origin=get("WARDMOTE_ORIGIN", "http://localhost:8135").rstrip("/"),
        time_zone=get("WARDMOTE_TIME_ZONE", "") or _city_time_zone(city_path),
        secure=get("WARDMOTE_SECURE", "") == "1",
        demo=get("WARDMOTE_DEMO", "") == "1" and not training,
        caller_retention_days=_days(get("WARDMOTE_CALLER_RETENTION_DAYS", "")),
        training=training,
        read_only=get("WARDMOTE_READ_ONLY", "") == "1",
        holidays=get("WARDMOTE_HOLIDAYS", ""),
    )
