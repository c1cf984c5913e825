"""What can be wrong when something is asked of an exercise."""

from __future__ import annotations


class NotATrainingRoomError(Exception):
    """This deployment is a real one, where nothing of an exercise may exist."""


class NoExerciseError(Exception):
    """The training room has no exercise (any more)."""


class DoesNotFitError(Exception):
    """The telephone call does not stand where this can be done; somebody else may have it."""
