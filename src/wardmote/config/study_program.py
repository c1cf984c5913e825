"""How the program that computes a run of a study is started."""

from __future__ import annotations

import sys


def study_run_command(run: str, claim: str) -> tuple[str, ...]:
    """The command line of `wardmote.config.study_run`, from the run's id and the claim."""
    return (sys.executable, "-m", "wardmote.config.study_run", run, claim)
