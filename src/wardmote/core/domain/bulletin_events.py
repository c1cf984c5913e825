"""What happened to bulletins."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.monthly_cycle import CycleStep


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


@REGISTRY.register("cycle.step_reported")
@dataclass(frozen=True, slots=True)
class CycleStepReported(Payload):
    """A step of the event's area's monthly cycle was reported done, or that was taken back.

    Attributes:
        month: ``2026-11``.
        done: false where it was taken back.
    """

    month: str
    step: CycleStep
    done: bool
