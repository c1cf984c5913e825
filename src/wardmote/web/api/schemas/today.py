"""Shapes of what a phone asks for its day besides the tasks."""

from __future__ import annotations

from ninja import Schema


class ColleagueOut(Schema):
    """Somebody who may be handed a task."""

    staff: str
    name: str


class VisitOrderOut(Schema):
    """The order of visits and who may take a task, by area of the tasks.

    `basis` is ``roads`` or ``straight``; `start` is ``position``, ``office`` or ``first``. `way_s`
    is null where a place cannot be reached by road.
    """

    order: list[str]
    basis: str
    start: str
    way_s: float | None
    colleagues: dict[str, list[ColleagueOut]]
