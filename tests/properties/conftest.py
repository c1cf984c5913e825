"""Machines over services act in the same small place as the services' own tests."""

from tests.unit.operations.conftest import place

__all__ = ["place"]
