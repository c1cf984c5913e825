"""The monthly cycle (月度循环): one analysis, one review, one hand-out of tasks, one training."""

from __future__ import annotations

from enum import StrEnum


class CycleStep(StrEnum):
    """A step of the cycle, in the order in which the month goes.

    ``analysis``: the monthly bulletin of the month before is published, by itself.
    ``review``: those who work the area have met and talked it over.
    ``tasks``: what follows was handed out as tasks. ``training``: one training was held.
    """

    ANALYSIS = "analysis"
    REVIEW = "review"
    TASKS = "tasks"
    TRAINING = "training"


BY_PEOPLE = (CycleStep.REVIEW, CycleStep.TASKS, CycleStep.TRAINING)
"""The steps that people report; the analysis is there when the bulletin is."""
