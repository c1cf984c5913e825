"""Benchmarks beside their peers. Run `python -m benchmarks`; see docs/reference/benchmarks.md."""

import os

# One thread for everyone: the goals are about the work done, not about the number of cores.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
