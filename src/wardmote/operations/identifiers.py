"""Identifiers that sort by time and cannot be guessed (RFC 9562, UUID version 7)."""

from __future__ import annotations

import secrets
import uuid


def new_id(now_s: float) -> str:
    """A UUIDv7 of the moment `now_s` (seconds UTC): 48 bits of milliseconds, 74 random bits."""
    milliseconds = int(now_s * 1000) & ((1 << 48) - 1)
    bits = secrets.randbits(74)
    value = (
        milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & ((1 << 62) - 1)
    )
    return str(uuid.UUID(int=value))
