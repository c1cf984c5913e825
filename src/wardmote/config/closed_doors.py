"""A training room reaches nobody: its processes can open no connection and no listener.

Whatever a gateway would send with - push, SMS, e-mail, a protocol of vehicles, another control
room - it needs a socket for. In a process of a training home the interpreter itself refuses every
one (an audit hook, PEP 578, which nothing can take away again), and every program but the one of
our own that computes a study, in the same home and with its doors closed like these. The socket
that browsers come in by was opened before. Only what connects without Python's sockets is
not seen here; the database client is the one part of that kind, and a training home takes no
database but its own file (`environment`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

from wardmote.config.study_program import (
    forecast_run_command,
    roster_run_command,
    study_run_command,
)

REFUSED = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.sendto",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "pty.spawn",
        "ftplib.connect",
        "smtplib.connect",
        "urllib.Request",
    }
)
"""Audit events that reach out of the process."""


class ClosedDoorError(PermissionError):
    """Something in a training room tried to reach outside."""


class NoMail(BaseEmailBackend):
    """The mail of a training room: it cannot even be constructed."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        raise ClosedDoorError("a training room sends no mail")


def close_outward_doors() -> None:
    """Refuse every way out of this process, for as long as it lives."""
    home = {name: os.environ.get(name) for name in _SAME}

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in REFUSED:
            raise ClosedDoorError(f"a training room reaches nothing outside: {event}")
        # Without an address it goes to whoever came in: that is how browsers are answered.
        if event == "socket.sendmsg" and arguments[1] is not None:
            raise ClosedDoorError(f"a training room reaches nothing outside: {event}")
        if event == "subprocess.Popen" and not _is_own_program(arguments, home):
            raise ClosedDoorError(f"a training room starts no program but its own: {arguments[:2]}")

    sys.addaudithook(refuse)


_SAME = (
    "WARDMOTE_HOME",
    "WARDMOTE_DATABASE",
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PYTHONHOME",
)
"""What a child shares with its parent, so that it is of the same training room and has its doors
closed by the same code."""


def _is_own_program(arguments: tuple[Any, ...], home: Mapping[str, str | None]) -> bool:
    """Whether a child (executable, arguments, directory, environment) computes for this home."""
    executable, words, directory, given = arguments
    environment = os.environ if given is None else given
    return (
        isinstance(words, list | tuple)
        and any(
            len(words) == len(command("", "")) and tuple(words) == command(*words[-2:])
            for command in (study_run_command, forecast_run_command, roster_run_command)
        )
        and executable == sys.executable
        and directory is None
        and all(environment.get(name) == value for name, value in home.items())
    )
