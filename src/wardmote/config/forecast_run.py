"""The program that computes one forecast: ``python -m wardmote.config.forecast_run KEY CLAIM``.

Like the program of a study's run it has low priority, and ends when its standard input closes.
"""

from __future__ import annotations

import importlib
import os
import sys

from wardmote.config.study_run import NICENESS, end_with_the_server


def main() -> int:
    """Compute the forecast named on the command line; 0 when it was kept."""
    key, claim = sys.argv[1:3]
    os.nice(NICENESS)
    end_with_the_server()
    importlib.import_module("wardmote.config.wsgi")  # sets Django up
    computing = importlib.import_module("wardmote.operations.forecasts.computing")
    return 0 if computing.compute(int(key), claim) else 1


if __name__ == "__main__":
    sys.exit(main())
