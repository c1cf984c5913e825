"""Child processes that compute beside the server: one thread each, and gone when it is gone.

The child holds the other end of a pipe as its standard input, which closes when the server ends,
however that comes about.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

_LIMITS = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own.

    Raises:
        OSError, ValueError, subprocess.SubprocessError: it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module
        list(command),
        stdin=subprocess.PIPE,
        env={**os.environ, **_LIMITS},
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End it now, if it still runs."""
    if process.poll() is None:
        process.kill()
        process.wait()


def close(process: subprocess.Popen[bytes]) -> None:
    """Let go of its pipe."""
    if process.stdin is not None:
        process.stdin.close()
