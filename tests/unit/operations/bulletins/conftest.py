"""The worlds of hazards and tasks, for bulletins that count both."""

from __future__ import annotations

from tests.unit.operations.hazards.conftest import world
from tests.unit.operations.tasks.conftest import beat

__all__ = ["beat", "world"]
