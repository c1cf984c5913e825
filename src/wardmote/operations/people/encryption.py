"""Personal data at rest: a text field that the database sees only as cipher text.

AES-256-GCM with a random nonce; the key comes from a secret outside the database. The first
byte names the scheme, so that keys can change. Equal texts do not look equal, so encrypted
fields cannot be searched: that is meant.
"""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_SCHEME = b"\x01"
_NONCE_BYTES = 12


class WrongKeyError(Exception):
    """The stored text was encrypted with another key, or was tampered with."""


def encrypt(text: str) -> str:
    """Cipher text of `text`, as URL-safe base64. The empty text stays empty."""
    if not text:
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, text.encode(), _SCHEME)
    return base64.urlsafe_b64encode(_SCHEME + nonce + sealed).decode("ascii")


def decrypt(sealed: str) -> str:
    """The text behind `sealed`.

    Raises:
        WrongKeyError: it cannot be opened with this deployment's key.
    """
    if not sealed:
        return ""
    raw = base64.urlsafe_b64decode(sealed)
    scheme, nonce, body = raw[:1], raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
    try:
        return _cipher().decrypt(nonce, body, scheme).decode()
    except InvalidTag:
        raise WrongKeyError from None


def _cipher() -> AESGCM:
    derive = HKDF(hashes.SHA256(), 32, salt=None, info=b"wardmote personal data v1")
    return AESGCM(derive.derive(settings.PERSONAL_DATA_KEY.encode()))


class EncryptedTextField(models.TextField[str, str]):
    """A text that is encrypted on its way into the database and decrypted on its way out."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Called by Django with what the database holds."""
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        """Called by Django with what goes into the database."""
        prepared = super().get_prep_value(value)
        return None if prepared is None else encrypt(prepared)
