"""How kernels are compiled: one place, so that every kernel frees the GIL and is cached on disk."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile `function` with numba: no GIL, cached beside its source, NumPy's division rules.

    Compilation is lazy (at the first call) so that importing costs nothing; `warm_up` in
    `travel_times` compiles everything a dispatch room needs. Each kernel that Python calls is given
    arrays whose dtype and read-only flag never vary, so it has exactly one compiled version and
    nothing is compiled in the middle of a call.
    """
    return cast(
        Callable[Parameters, Result],
        numba.njit(cache=True, nogil=True, error_model="numpy")(function),
    )


_BARE: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_INNER: dict[str, Any] = {**_BARE, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def bare_kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Like `kernel`, for functions that hand tables of many arrays to one another.

    They may not make arrays, and count no references: with sixty arrays in the arguments, counting
    takes longer than the work. The caller keeps the arrays alive.
    """
    return cast(Callable[Parameters, Result], numba.njit(cache=True, **_BARE)(function))


def inner_kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A `bare_kernel` that only other kernels call."""
    return cast(Callable[Parameters, Result], numba.njit(**_INNER)(function))


def inlined(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """An `inner_kernel` compiled into each place that calls it."""
    return cast(Callable[Parameters, Result], numba.njit(forceinline=True, **_INNER)(function))


def summing(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Like `inlined`, for long sums: their terms may be added in another order, many at once.

    The last digits may differ from one kind of processor to another; on one they never do.
    """
    made = numba.njit(forceinline=True, fastmath={"reassoc", "nsz", "contract"}, **_INNER)
    return cast(Callable[Parameters, Result], made(function))
