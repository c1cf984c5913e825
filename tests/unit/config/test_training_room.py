"""A training room is apart by construction: its home says what it is, and its doors are closed."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from tests.unit.operations.small_place import SMALL_PLACE

import wardmote
from wardmote.config.environment import TRAINING_MARKER, read_environment
from wardmote.config.place_configuration import main
from wardmote.config.training_home import NotTrainingError, TrainingHome, prepare
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.training import MARK, NUMBER_MARK, carries_mark
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping_file import mapping_text
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.gateways.cad_import.training import TrainingRecordsProblem
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.training.city_copy import configured
from wardmote.operations.units.services import load_units
from wardmote.web import documents
from wardmote.web.training_mark import HEADER, TITLE, marked

SOURCE = Path(wardmote.__file__).parent

ALLOWED_OUT = {
    "gateways/simulated_people/colleague.py",
    "gateways/simulated_people/crews.py",
    "gateways/simulated_people/callers.py",
    "gateways/simulated_people/director.py",
    "gateways/simulated_people/locator.py",
    "gateways/simulated_people/recorded.py",
    "gateways/simulated_people/run.py",
    "gateways/simulated_people/session.py",
    "commands/serve.py",
}
"""Modules that may know how to reach out: simulated people, in a process of their own and only to
the room's own server, and the socket that browsers come in by. Whoever adds a gateway adds it to
the closed doors' test below, not here."""

BEHIND_THE_DOORS = {"gateways/web_push.py"}
"""Gateways that reach out in a real place; tests below hold that they cannot in a training room."""

REACHING = {
    "socket", "ssl", "smtplib", "ftplib", "telnetlib", "xmlrpc", "http.client", "http.server",
    "socketserver", "urllib.request", "httpx", "requests", "aiohttp", "websockets", "pywebpush",
    "paho", "serial", "asyncssh", "paramiko", "django.core.mail",
}  # fmt: skip

_MAY_REACH = re.compile("|".join(sorted({re.escape(one.partition(".")[0]) for one in REACHING})))


@pytest.fixture
def training_home(tmp_path: Path) -> Path:
    (tmp_path / TRAINING_MARKER).write_text("{}", "ascii")
    return tmp_path


def test_the_home_itself_says_that_it_is_a_training_room(
    training_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDMOTE_HOME", str(training_home))
    monkeypatch.setenv("WARDMOTE_DEMO", "1")
    monkeypatch.setenv("WARDMOTE_TRAINING", "0")
    monkeypatch.delenv("WARDMOTE_DATABASE", raising=False)
    found = read_environment()
    assert (found.training, found.demo) == (True, False)
    monkeypatch.setenv("WARDMOTE_DATABASE", "postgresql://somebody@example.org/real")
    with pytest.raises(Problem, match="own database"):
        read_environment()


TRY_EVERY_DOOR = """
import socket, subprocess, sys, os, urllib.request
listening = socket.socket(); listening.bind(("127.0.0.1", 0)); listening.listen()
here = listening.getsockname()
import django; django.setup()
import smtplib, httpx
from django.conf import settings
from django.core.mail import get_connection, send_mail
from wardmote.config.closed_doors import ClosedDoorError
from wardmote.config.study_program import forecast_run_command, study_run_command
from wardmote.config.study_run import ORPHANED
STUDY = study_run_command("run", "claim")
doors = {
    "connect": lambda: socket.create_connection(here, 1),
    "raw": lambda: socket.socket().connect(here),
    "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", here),
    "local": lambda: socket.socket(socket.AF_UNIX).connect("/run/postgresql/.s.PGSQL.5432"),
    "listen": lambda: socket.socket().bind(("127.0.0.1", 0)),
    "name": lambda: socket.getaddrinfo("example.org", 80),
    "web": lambda: urllib.request.urlopen("http://127.0.0.1:1/"),
    "push": lambda: httpx.post("http://127.0.0.1:1/push"),
    "smtp": lambda: smtplib.SMTP("127.0.0.1", 25),
    "mail gateway": lambda: get_connection(),
    "mail": lambda: send_mail("s", "b", "a@example.org", ["b@example.org"]),
    "message": lambda: socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, here),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "own interpreter": lambda: subprocess.run([sys.executable, "-c", ""]),
    "another module": lambda: subprocess.run([sys.executable, "-m", "this"]),
    "disguise": lambda: subprocess.run(STUDY, executable="/bin/true"),
    "another home": lambda: subprocess.run(STUDY, env={**os.environ, "WARDMOTE_HOME": "/"}),
    "no home": lambda: subprocess.run(STUDY, env={}),
    "other settings": lambda: subprocess.run(
        STUDY, env={**os.environ, "DJANGO_SETTINGS_MODULE": "other"}
    ),
    "other code": lambda: subprocess.run(STUDY, cwd="/"),
    "program": lambda: subprocess.run(["/bin/true"]),
    "shell": lambda: os.system("true"),
}
open_doors = []
for name, door in doors.items():
    try:
        door()
        open_doors.append(name)
    except (ClosedDoorError, httpx.ConnectError, urllib.error.URLError) as error:
        if "training room" not in repr(error) + repr(error.__cause__) + repr(error.__context__):
            open_doors.append(name)
print(settings.TRAINING, settings.SESSION_COOKIE_NAME, open_doors)
one, other = socket.socketpair()
one.sendmsg([b"to whoever came in"])
for own in (STUDY, forecast_run_command("1", "claim")):
    print(subprocess.run(own, stdin=subprocess.DEVNULL).returncode == ORPHANED)
"""


def run_in(home: Path, code: str, *more: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *more],
        env={
            **{name: value for name, value in os.environ.items() if name != "WARDMOTE_DATABASE"},
            "WARDMOTE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_way_out_can_be_opened_in_a_process_of_a_training_room(training_home: Path) -> None:
    said = run_in(training_home, TRY_EVERY_DOOR)
    assert said.splitlines() == ["True training_sessionid []", "True", "True"]


TRY_TO_PUSH = """
import django
django.setup()
import base64
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from wardmote.core.domain.notice import NoticeKind
from wardmote.gateways.web_push import Doors, PushSender, PushSigner
from wardmote.operations.notices.services import ClaimedMessage

text = lambda raw: base64.urlsafe_b64encode(raw).decode()
point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
    serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
)
asked = []
def resolve(host, port):
    asked.append(host)
    return ["8.8.8.8"]
message = ClaimedMessage(
    "m", "https://push.example.org/x", text(point), text(bytes(16)), "en", NoticeKind.TASK_NEW, 1,
    False, 60,
)
signer = PushSigner.from_secret("s", "https://a.example.org")
print(PushSender(signer, Doors(resolve=resolve))(message).outcome.value, asked)
print(PushSender(signer)(message).outcome.value)
"""


def test_no_push_leaves_a_training_room(training_home: Path) -> None:
    said = run_in(training_home, TRY_TO_PUSH)
    assert said.splitlines() == ["later ['push.example.org']", "later"]


def test_nothing_new_reaches_out_of_the_product() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if REACHING & set(_imported(path))
    }
    assert found == ALLOWED_OUT | BEHIND_THE_DOORS


def _imported(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    if not _MAY_REACH.search(text):
        return []
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in modules:
            names += [name, name.partition(".")[0]]
    return names


@pytest.fixture
def real_place(db: None) -> Iterator[None]:
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    open_account("boss", "a long password", staff_id="boss", name=Bilingual("魏", "Vic"))
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.usefixtures("real_place")
def test_a_real_home_is_read_for_its_configuration_and_refuses_every_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main()
    printed = capsys.readouterr().out
    found = json.loads(printed)
    assert {one["unit_id"] for one in found["units"]} == {"u1", "u2", "u3"}
    assert set(found) == {"posts", "units", "key_places", "zones", "rules"}
    assert "boss" not in printed, "nobody who works there"
    with pytest.raises(OperationalError, match="readonly"), transaction.atomic():
        load_units([replace(SMALL_PLACE.units[0], call_sign="other")])
    book = configured(replace(SMALL_PLACE, posts=(), units=()), found)
    assert (book.posts, book.units, book.staff) == (SMALL_PLACE.posts, SMALL_PLACE.units, ())


def test_a_program_that_only_reads_opens_the_database_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDMOTE_HOME", str(tmp_path))
    monkeypatch.delenv("WARDMOTE_DATABASE", raising=False)
    monkeypatch.setenv("WARDMOTE_READ_ONLY", "1")
    assert str(read_environment().database()["NAME"]).endswith("wardmote.sqlite3?mode=ro")


def test_nothing_of_a_training_room_is_put_into_a_real_home() -> None:
    with pytest.raises(NotTrainingError):
        prepare(TrainingHome(0.0, ()))


def test_calls_of_a_training_room_are_never_imported(tmp_path: Path) -> None:
    number = f"{NUMBER_MARK}20261122-0007"
    assert carries_mark(number)
    assert carries_mark(number.encode().decode("latin-1"))
    assert not carries_mark("20261122-0007 training at the range")
    records = tmp_path / "calls.csv"
    header = "Number,Received,Category\n"
    records.write_text(f"{header}20261122-0001,2026-11-22T10:00:00,Theft\n", "utf-8")
    mapping = tmp_path / "m.toml"
    guessed = understand(records)
    text = mapping_text(guessed.mapping, "en", guessed.doubts)
    text = text.replace("confirmed = false", "confirmed = true")
    mapping.write_text(text.replace('zone = ""', 'zone = "Asia/Shanghai"'), "utf-8")
    known = read_mapping(mapping)
    assert read_records(records, known).rows == 1
    with records.open("a", encoding="utf-8") as more:
        more.write(f"{number},2026-11-22T10:05:00,Theft\n")
    with pytest.raises(TrainingRecordsProblem, match="Row 3"):
        read_records(records, known)


def test_every_page_is_marked_and_a_fragment_is_left_alone() -> None:
    page = marked(
        b'<html><head><title>Wall</title></head><body class="wall"><p>x</p></body></html>'
    )
    text = page.decode()
    assert f"<title>{TITLE}Wall" in text
    assert text.index("training-mark") < text.index("<p>x")
    assert MARK.zh in text
    assert MARK.en in text
    assert "mark.css" in text
    assert marked(b"<li>x</li>") == b"<li>x</li>"


@pytest.mark.django_db
def test_answers_carry_the_mark_only_in_a_training_room(settings: Any) -> None:
    client = Client()
    assert HEADER not in client.get("/accounts/login/").headers
    assert client.get("/training/").status_code in (302, 404)
    settings.TRAINING = True
    for address in ("/api/me", "/no-such-page", "/crew/manifest.webmanifest"):
        assert client.get(address).headers[HEADER] == "1", address
    for language in ("zh-hans", "en"):
        page = client.get(
            "/accounts/login/", headers={"accept-language": language}
        ).content.decode()
        assert MARK.zh in page
        assert MARK.en in page


def test_every_document_is_marked_over_each_page(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: list[str] = []

    def compiled(path: str, **_options: object) -> bytes:
        sources.append(Path(path).read_text("utf-8"))
        return b""

    monkeypatch.setattr(documents.typst, "compile", compiled)
    for template in sorted(documents.TEMPLATES.glob("*.typ")):
        settings.TRAINING = False
        documents.pdf_of(template.name, {})
        settings.TRAINING = True
        documents.pdf_of(template.name, {})
        plain, with_mark = sources[-2:]
        assert with_mark == documents.TRAINING_PREAMBLE + plain
        assert "foreground" not in plain, "a template that sets it would hide the mark"
    assert f"{MARK.zh} {MARK.en}" in documents.TRAINING_PREAMBLE
