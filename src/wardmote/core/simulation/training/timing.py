"""How long crews take in an exercise: drawn from the call alone.

The trainee's run and the adviser's own run so meet the same chance: whoever is sent to a call takes
as long to set out, and stays as long, whoever decided and whatever happened elsewhere. What differs
is the drive, which is the decision's.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.simulation.people.manners import CrewManners, Duration, JobTimes

TRAINING_MANNERS = CrewManners(
    stand_by=Duration(30.0, 0.3, 60.0), refusal_share=0.0, stays_share=0.0
)
"""Crews that go back to their post after a job; none refuses unless the exercise says so."""


def job_times(seed: int, call: int, manners: CrewManners = TRAINING_MANNERS) -> JobTimes:
    """The times of every unit that is sent to a call of the script."""
    return manners.draw_job(np.random.default_rng([seed, call]))
