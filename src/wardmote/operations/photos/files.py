"""The files of kept pictures: whole or not there, and unreadable without the deployment's key.

A file holds a picture in both sizes, each sealed with AES-256-GCM under a key derived from the
same secret as personal texts, with its id and size as associated data, so that no file can stand in
for another. The first byte names the scheme, so that keys can change.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wardmote.core.domain.photo import PhotoId, PictureSize
from wardmote.operations.people.encryption import WrongKeyError
from wardmote.operations.places import whole_files

_SCHEME = b"\x01"
_NONCE_BYTES = 12
_HEAD = struct.Struct(">cI")
"""Scheme, and how many bytes the sealed thumbnail has."""
SHARDS = tuple(f"{number:02x}" for number in range(256))


def folder() -> Path:
    """Where the pictures of this home are."""
    return Path(settings.ENVIRONMENT.home) / "photos"


def write(photo: PhotoId, full: bytes, small: bytes) -> None:
    """Write a picture's file and wait until it is on the disk.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    sealed_small = _seal(photo, PictureSize.SMALL, small)
    content = (
        _HEAD.pack(_SCHEME, len(sealed_small)) + sealed_small + _seal(photo, PictureSize.FULL, full)
    )
    path = _path(photo)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    whole_files.replace(path, content)


def read(photo: PhotoId, size: PictureSize) -> bytes:
    """A picture in one size.

    Raises:
        FileNotFoundError: there is no such file.
        WrongKeyError: it was sealed with another key, or is damaged.
    """
    with _path(photo).open("rb") as file:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise WrongKeyError
        scheme, small_bytes = _HEAD.unpack(head)
        if scheme != _SCHEME:
            raise WrongKeyError
        if size is PictureSize.FULL:
            file.seek(small_bytes, os.SEEK_CUR)
            return _unseal(photo, size, file.read())
        return _unseal(photo, size, file.read(small_bytes))


def remove(photo: PhotoId) -> None:
    """Remove a picture's file, if it is there."""
    _path(photo).unlink(missing_ok=True)


def older_than(shard: str, age_s: float) -> Iterator[PhotoId]:
    """The pictures of a shard whose files were written longer ago than this (>)."""
    place = folder() / shard
    if not place.is_dir():
        return
    before = time.time() - age_s
    for path in place.iterdir():
        if path.stat().st_mtime < before:
            yield PhotoId(path.name)


def _path(photo: PhotoId) -> Path:
    return folder() / photo[-2:] / photo


def _seal(photo: PhotoId, size: PictureSize, data: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, data, _about(photo, size))


def _unseal(photo: PhotoId, size: PictureSize, sealed: bytes) -> bytes:
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher().decrypt(nonce, body, _about(photo, size))
    except (InvalidTag, ValueError):  # the latter where it was cut off within the nonce
        raise WrongKeyError from None


def _about(photo: PhotoId, size: PictureSize) -> bytes:
    return _SCHEME + f"{photo}/{size.value}".encode()


def _cipher() -> AESGCM:
    derive = HKDF(hashes.SHA256(), 32, salt=None, info=b"wardmote pictures v1")
    return AESGCM(derive.derive(settings.PERSONAL_DATA_KEY.encode()))
