"""A training room reaches nobody: its processes can open no connection and no listener.

Whatever a gateway would send with - push, SMS, e-mail, a protocol of vehicles, another control
room - it needs a socket for. In a process of a training home the interpreter itself refuses every
one (an audit hook, PEP 578, which nothing can take away again), and every program but our own. The
socket that browsers come in by was opened before. Only what connects without Python's sockets is
not seen here; the database client is the one part of that kind, and a training home takes no
database but its own file (`environment`).
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

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
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in REFUSED:
        raise ClosedDoorError(f"a training room reaches nothing outside: {event}")
    if event == "subprocess.Popen" and arguments[0] != sys.executable:
        raise ClosedDoorError(f"a training room starts no program but its own: {arguments[0]}")
