"""The program that computes one run of a study: ``python -m wardmote.config.study_run RUN CLAIM``.

It runs at low priority and ends at once when its standard input closes, which happens when the
server that started it is gone. Both hold before the slow imports begin.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading

NICENESS = 10
ORPHANED = 3
"""Exit status of a run whose server has gone."""


def end_with_the_server() -> None:
    """From now on this process ends when its standard input closes."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    # Past Python's buffer, whose lock the interpreter needs when this program ends by itself.
    while os.read(0, 4_096):
        pass
    os._exit(ORPHANED)


def main() -> int:
    """Compute the run named on the command line; 0 when its outcome was kept."""
    run, claim = sys.argv[1:3]
    os.nice(NICENESS)
    end_with_the_server()
    importlib.import_module("wardmote.config.wsgi")  # sets Django up
    computing = importlib.import_module("wardmote.operations.studies.computing")
    return 0 if computing.compute(run, claim) else 1


if __name__ == "__main__":
    sys.exit(main())
