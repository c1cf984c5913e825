"""The list of benchmarks, and what each hands back.

To add one, put a module into `benchmarks/cases` with a function under `@benchmark(name, title)`
that returns an `Outcome` (or raises `CannotRunError` with the reason). It is found by itself.
"""

from __future__ import annotations

import importlib
import operator
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import cases
from benchmarks.measuring import Timing

_COMPARISONS = {">=": operator.ge, "<=": operator.le}


class CannotRunError(Exception):
    """The benchmark cannot run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that must be at least (`>=`) or at most (`<=`) a bound, e.g. in "ms" or "times"."""

    what: str
    measured: float
    comparison: str
    bound: float
    unit: str

    @property
    def reached(self) -> bool:
        """Whether the goal is met; exactly on the bound is met."""
        return bool(_COMPARISONS[self.comparison](self.measured, self.bound))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a benchmark found.

    `timings`: seconds per operation by contestant. `numbers`: other figures with their unit in the
    name. `setting`: what was measured on, in words and sizes. `packages`: peers whose versions
    belong in the result.
    """

    goals: tuple[Goal, ...]
    timings: dict[str, Timing] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    setting: dict[str, str | int | float] = field(default_factory=dict)
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A registered benchmark; `file` is the module in `benchmarks/cases` that holds it."""

    name: str
    title: str
    run: Callable[[], Outcome]
    file: str


_REGISTERED: dict[str, Benchmark] = {}


def benchmark(name: str, title: str) -> Callable[[Callable[[], Outcome]], Callable[[], Outcome]]:
    """Register a function under a name (also its result file's)."""

    def register(run: Callable[[], Outcome]) -> Callable[[], Outcome]:
        if name in _REGISTERED:
            msg = f"two benchmarks are called {name}"
            raise ValueError(msg)
        _REGISTERED[name] = Benchmark(name, title, run, run.__module__.rpartition(".")[2])
        return run

    return register


def all_benchmarks() -> dict[str, Benchmark]:
    """Every benchmark by name, in the order of names."""
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}")
    return dict(sorted(_REGISTERED.items()))
