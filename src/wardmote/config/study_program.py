"""How the programs that compute runs of studies and forecasts are started."""

from __future__ import annotations

import sys


def study_run_command(run: str, claim: str) -> tuple[str, ...]:
    """The command line of `wardmote.config.study_run`, from the run's id and the claim."""
    return (sys.executable, "-m", "wardmote.config.study_run", run, claim)


def forecast_run_command(key: str, claim: str) -> tuple[str, ...]:
    """The command line of `wardmote.config.forecast_run`, from the forecast's key and the claim."""
    return (sys.executable, "-m", "wardmote.config.forecast_run", key, claim)


def roster_run_command(making: str, claim: str) -> tuple[str, ...]:
    """The command line of `wardmote.config.roster_run`, from the making's id and the claim."""
    return (sys.executable, "-m", "wardmote.config.roster_run", making, claim)
