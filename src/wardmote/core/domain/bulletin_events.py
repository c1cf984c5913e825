"""What happened to bulletins."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload


@REGISTRY.register("bulletin.published")
@dataclass(frozen=True, slots=True)
class BulletinPublished(Payload):
    """The bulletin of a period was kept for the event's area.

    Attributes:
        period: its name, such as ``2026-W47``.
        digest: SHA-256 of its document, in hex: whoever holds the document can prove it.
    """

    period: str
    digest: str
