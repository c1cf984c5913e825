"""Public instances for siting: the OR-Library's p-medians, and points in clusters on a plane."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import CannotRunError

HERE = Path(__file__).resolve().parent


def shared_folder(name: str) -> Path:
    """The shared data that holds a folder.

    Raises:
        CannotRunError: it is not there.
    """
    named = os.environ.get("WARDMOTE_SHARED_DATA")
    folder = Path(named) if named else HERE.parent.parent / "shared" / "data"
    if not (folder / name).is_dir():
        msg = f"no {name} in the shared data; set WARDMOTE_SHARED_DATA"
        raise CannotRunError(msg)
    return folder


@numba.njit(cache=True)
def _all_pairs(distance: NDArray[np.int32]) -> None:
    n = len(distance)
    for k in range(n):
        for i in range(n):
            by = distance[i, k]
            for j in range(n):
                distance[i, j] = min(distance[i, j], by + distance[k, j])


def pmed(folder: Path, number: int) -> tuple[NDArray[np.int32], int]:
    """Distances int32 [n, n] and posts of an OR-Library p-median (a later edge replaces)."""
    text = (folder / "orlib_pmed" / f"pmed{number}.txt").read_text(encoding="ascii")
    numbers = np.array(text.split(), dtype=np.int64)
    nodes, edges, posts = (int(v) for v in numbers[:3])
    distance = np.full((nodes, nodes), 10**8, dtype=np.int32)
    for tail, head, cost in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        distance[tail - 1, head - 1] = distance[head - 1, tail - 1] = cost
    np.fill_diagonal(distance, 0)
    _all_pairs(distance)
    return distance, posts


def _optima(path: Path) -> dict[int, int]:
    rows = (line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    return {int(name.removeprefix("pmed")): int(value) for name, value in rows}


def median_optima(folder: Path) -> dict[int, int]:
    """Known optimum of each p-median instance."""
    return _optima(folder / "orlib_pmed" / "pmedopt.txt")


def center_optima(folder: Path) -> dict[int, int]:
    """Known optimum of each instance as a p-center."""
    return _optima(folder / "orlib_pmed" / "kcenteropt.txt")


@dataclass(frozen=True, slots=True)
class Plane:
    """Demand points and candidates in metres; candidates are some of the points."""

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    weight: NDArray[np.float64]
    candidate: NDArray[np.int64]

    @classmethod
    def clusters(cls, name: str) -> Plane:
        """A shared instance such as `clusters_5000x500`."""
        path = shared_folder("siting") / "siting" / f"{name}.npz"
        if not path.is_file():
            msg = f"no {path.name} in the shared data"
            raise CannotRunError(msg)
        rows = np.load(path)
        x, y = (rows["xy_km"].astype(np.float64) * 1_000).T
        weight = rows["weight"].astype(np.float64)
        return cls(x.copy(), y.copy(), weight, rows["candidate"].astype(np.int64))

    def metres(self) -> NDArray[np.int32]:
        """Euclidean distances int32 [points, candidates], rounded to metres."""
        out = np.empty((len(self.x_m), len(self.candidate)), dtype=np.int32)
        cx, cy = self.x_m[self.candidate], self.y_m[self.candidate]
        for row in range(0, len(out), 2_000):
            part = slice(row, row + 2_000)
            across, along = self.x_m[part, None] - cx, self.y_m[part, None] - cy
            out[part] = np.rint(np.sqrt(across * across + along * along))
        return out
