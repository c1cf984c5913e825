"""The people of the beat and one open task, as in tests of tasks."""

from tests.unit.operations.tasks.conftest import beat, task

__all__ = ["beat", "task"]
