"""The program that makes one roster: ``python -m wardmote.config.roster_run MAKING CLAIM``.

Like the program of a study's run it has low priority, and ends when its standard input closes.
"""

from __future__ import annotations

import importlib
import os
import sys

from wardmote.config.study_run import NICENESS, end_with_the_server


def main() -> int:
    """Make the roster named on the command line; 0 when it was kept."""
    making, claim = sys.argv[1:3]
    os.nice(NICENESS)
    end_with_the_server()
    importlib.import_module("wardmote.config.wsgi")  # sets Django up
    computing = importlib.import_module("wardmote.operations.patrols.computing")
    return 0 if computing.compute(making, claim) else 1


if __name__ == "__main__":
    sys.exit(main())
