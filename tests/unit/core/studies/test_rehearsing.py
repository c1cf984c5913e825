"""The tiny question that is solved before a time limit begins."""

from __future__ import annotations

import pytest

from wardmote.core.studies.questions import PostObjective
from wardmote.core.studies.rehearsing import rehearse


@pytest.mark.parametrize("objective", list(PostObjective))
def test_every_objective_can_be_rehearsed(objective: PostObjective) -> None:
    rehearse(objective)
