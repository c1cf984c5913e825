from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.unit.operations.photos.pictures import opened, picture
from tests.unit.operations.small_place import EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Role
from wardmote.core.domain.photo import PictureSize
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.journal.idempotency import BadKeyError, KeyReusedError
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.people.encryption import WrongKeyError
from wardmote.operations.people.services import open_account
from wardmote.operations.photos import files, services, subjects
from wardmote.operations.photos.errors import (
    NoRoomForPictureError,
    TooManyPicturesError,
    UnknownPictureError,
    UnknownSubjectError,
)
from wardmote.operations.photos.models import Photo
from wardmote.operations.photos.selectors import open_photo, open_photo_of, photos_of
from wardmote.operations.photos.services import keep_photo
from wardmote.operations.photos.subjects import Subject, by_right, register_subject

OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="o1")
THERE = {"thing-1": EAST, "thing-2": WEST}


def _area_of(subject_id: str) -> AreaId | None:
    return THERE.get(subject_id)


@pytest.fixture(autouse=True)
def _things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None) -> None:
    monkeypatch.setattr(subjects, "_subjects", {})
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    add, see = (
        by_right(Permission.HAZARD_REPORT, _area_of), by_right(Permission.HAZARD_VIEW, _area_of)
    )  # fmt: skip
    register_subject(Subject("thing", _area_of, add, see, keep_days=10))
    register_subject(Subject("visit", _area_of, add, see, personal=True))


def _keep(subject: str = "thing-1", *, key: str = "k1", kind: str = "thing", **sent: Any) -> str:
    data = sent.pop("data", None) or picture(**sent)
    return keep_photo(OFFICER, data, kind, subject, EAST, NOW_S, key=key)


def test_a_picture_is_kept_sealed_in_a_file_and_opened_again(tmp_path: Path) -> None:
    photo = _keep(size=(640, 480))
    path = tmp_path / "photos" / photo[-2:] / photo
    sealed = path.read_bytes()
    assert b"JFIF" not in sealed
    assert path.parent.parent.stat().st_mode & 0o077 == 0
    full = open_photo(OFFICER, photo, now_s=NOW_S)
    assert (full.media_type, opened(full.content).size) == ("image/jpeg", (640, 480))
    small = open_photo(OFFICER, photo, now_s=NOW_S, size=PictureSize.SMALL)
    assert opened(small.content).size == (320, 240)
    assert [one.id for one in photos_of("thing", ["thing-1"], NOW_S)] == [photo]
    assert JournalEntry.objects.get().type == "picture.kept"


def test_the_same_key_keeps_one_picture_and_another_picture_is_refused() -> None:
    assert _keep() == _keep()
    assert Photo.objects.count() == 1
    with pytest.raises(KeyReusedError):
        _keep(size=(10, 10))
    with pytest.raises(BadKeyError):
        _keep(key="k" * 81)


def test_who_may_not_add_keeps_nothing() -> None:
    data = picture()
    for who in (
        viewer((Role.COMMUNITY_OFFICER, ELSEWHERE)),
        viewer((Role.AUDITOR, EAST)),
        viewer(),
    ):
        with pytest.raises(AccessDeniedError):
            keep_photo(who, data, "thing", "thing-1", EAST, NOW_S, key="k")
    with pytest.raises(AccessDeniedError):
        keep_photo(OFFICER, data, "thing", "thing-2", EAST, NOW_S, key="k")
    for kind, subject in (("thing", "no-such"), ("nothing", "thing-1")):
        with pytest.raises(UnknownSubjectError):
            keep_photo(OFFICER, data, kind, subject, None, NOW_S, key="k")
    assert not Photo.objects.exists()


def test_who_may_not_see_opens_nothing() -> None:
    photo = _keep()
    for who in (viewer((Role.VOLUNTEER, EAST)), viewer((Role.SUPERVISOR, WEST)), viewer()):
        with pytest.raises(AccessDeniedError):
            open_photo(who, photo, now_s=NOW_S)
    open_photo(viewer((Role.AUDITOR, EVERYWHERE)), photo, now_s=NOW_S)
    with pytest.raises(UnknownPictureError):
        open_photo(OFFICER, "../../wardmote.sqlite3", now_s=NOW_S)
    with pytest.raises(UnknownPictureError):
        open_photo_of("thing", "thing-2", photo, now_s=NOW_S)
    assert open_photo_of("thing", "thing-1", photo, now_s=NOW_S).media_type == "image/jpeg"
    assert not Disclosure.objects.exists()


def test_each_look_at_a_personal_subject_is_written_down_or_refused() -> None:
    photo = _keep(kind="visit")
    with pytest.raises(AccessDeniedError):
        open_photo(OFFICER, photo, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        open_photo(OFFICER, photo, now_s=NOW_S, purpose=Purpose.AUDIT)
    assert not Disclosure.objects.exists()
    open_photo(OFFICER, photo, now_s=NOW_S, purpose=Purpose.FOLLOW_UP)
    look = Disclosure.objects.get()
    assert (look.staff_id, look.subject, look.fields) == ("o1", "thing-1", "picture")


def test_a_full_disk_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(NoRoomForPictureError):
        _keep()
    monkeypatch.undo()
    assert not Photo.objects.exists()
    assert not JournalEntry.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_row_that_cannot_be_written_takes_its_file_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_rows: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr(services, "record", fails)
    with pytest.raises(OSError):  # noqa: PT011  # ours
        _keep()
    assert not Photo.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_cannot_stand_in_for_another_nor_be_changed(tmp_path: Path) -> None:
    first, second = _keep(key="k1"), _keep(key="k2", size=(30, 30))
    paths = {one: tmp_path / "photos" / one[-2:] / one for one in (first, second)}
    paths[first].write_bytes(paths[second].read_bytes())
    with pytest.raises(WrongKeyError):
        files.read(first, PictureSize.FULL)  # type: ignore[arg-type]  # an id is a text
    for cut in (0, 3, 40, 300):
        paths[second].write_bytes(paths[second].read_bytes()[:cut])
        with pytest.raises(UnknownPictureError):
            open_photo(OFFICER, second, now_s=NOW_S)


def test_only_so_many_pictures_are_kept_of_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_PER_SUBJECT", 2)
    _keep(key="k1")
    _keep(key="k2")
    with pytest.raises(TooManyPicturesError):
        _keep(key="k3")
    assert _keep(key="k2")


def test_a_picture_goes_when_its_time_is_over_and_a_stray_file_after_a_day(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photo = _keep()
    end_s = NOW_S + 10 * 86_400
    assert services.forget_old_photos(end_s - 1) == 0
    with pytest.raises(UnknownPictureError):
        open_photo(OFFICER, photo, now_s=end_s)
    shard = tmp_path / "photos" / "00"
    shard.mkdir()
    (shard / "stray-00").write_bytes(b"x")
    os.utime(shard / "stray-00", (0, 0))
    midnight_s = end_s - end_s % 86_400 + 86_400
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_old_photos(midnight_s) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(JournalEntry.objects.values_list("type", "actor")) == [
        ("picture.kept", "o1"), ("picture.erased", "rule:retention"),
    ]  # fmt: skip


def test_pictures_are_erased_when_their_subject_asks(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    _keep()
    services.keep_until("thing", "thing-1", NOW_S + 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_photos("thing", "thing-1", actor="o1", now_s=NOW_S) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def officer(client: Client) -> Client:
    account = open_account("off", "a long password", staff_id="o1", name=Bilingual("警", "O"))
    grant_role(account.pk, Role.COMMUNITY_OFFICER, EAST, granted_by="test")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _post(client: Client, data: bytes, *, key: str = "k1", subject: str = "thing-1") -> Any:
    body = {"subject_kind": "thing", "subject_id": subject, "file": SimpleUploadedFile("x", data)}
    return client.post("/api/photos", body, headers={"Idempotency-Key": key} if key else {})


def test_a_phone_sends_a_picture_and_a_page_shows_it(officer: Client) -> None:
    sent = _post(officer, picture())
    assert sent.status_code == 201
    assert _post(officer, picture()).json() == sent.json()
    shown = officer.get(f"/photos/{sent.json()['id']}?size=small")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["Cache-Control"] == "no-store"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert officer.get("/photos/none").status_code == 404


@pytest.mark.parametrize(
    ("data", "key", "subject", "status", "code"),
    [
        (b"hello", "k", "thing-1", 422, "not_a_picture"),
        (picture()[:400], "k", "thing-1", 422, "broken_picture"),
        (b"\xff" * (10 * 1024 * 1024 + 1), "k", "thing-1", 413, "picture_too_large"),
        (picture(), "", "thing-1", 400, "key_missing"),
        (picture(), "k", "thing-2", 403, "forbidden"),
        (picture(), "k", "no-such", 404, "unknown_subject"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_code(
    officer: Client, data: bytes, key: str, subject: str, status: int, code: str
) -> None:
    answer = _post(officer, data, key=key, subject=subject)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_strangers_neither_send_nor_see(client: Client) -> None:
    photo = _keep()
    assert _post(client, picture()).status_code == 401
    assert client.get(f"/photos/{photo}").status_code == 302
