"""Demand of a JEMSS model: how often calls of each priority come, when, and where they come from.

A mode is a rate of one priority and the raster that spreads it; a set has one mode for each
priority; sets take turns at given times. The rasters are files beside the model that are often not
handed on with it; where one is absent the places of its demand are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from wardmote.core.travel.graph import Float64, Int32
from wardmote.gateways.jemss.rasters import Raster, read_raster
from wardmote.gateways.jemss.tables import Table, find, read_tables

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Rates and rasters over time, for D demand periods and R priorities.

    Attributes:
        start_s: float64 [D], when each period begins, the first at 0.
        rate: float64 [D, R], calls per second.
        raster: int32 [D, R], row of the raster that spreads them.
        files: names of the rasters.
        split: rows and columns of points that stand for each cell of a raster.
    """

    start_s: Float64
    rate: Float64
    raster: Int32
    files: tuple[str, ...]
    split: tuple[int, int]

    def rasters(self, folder: Path) -> tuple[Raster | None, ...]:
        """Each raster, wherever below the folder a file of its name is; None where there is none.

        Raises:
            ValueError: a file is there but cannot be read.
        """
        found = []
        for name in self.files:
            paths = sorted(folder.rglob(name))
            found.append(read_raster(paths[0]) if paths else None)
        return tuple(found)


def points_of(raster: Raster, split: tuple[int, int]) -> tuple[Float64, Float64, Float64]:
    """x, y (map units) and share of demand of the points that stand for a raster, float64 [n].

    Each cell's demand is shared by `split` points, spread evenly in it.
    """
    rows, columns = split
    x, y, share = [], [], []
    for row in range(rows):
        for column in range(columns):
            x.append(raster.x + raster.dx * ((column + 0.5) / columns - 0.5))
            y.append(raster.y + raster.dy * ((row + 0.5) / rows - 0.5))
            share.append(raster.value / (rows * columns))
    shares = np.concatenate(share)
    return np.concatenate(x), np.concatenate(y), shares / shares.sum()


def read_demand(folder: Path, priorities: Sequence[str]) -> Demand:
    """Rates and timing; `FileNotFoundError` or `ValueError` say what is wrong."""
    tables = read_tables(find(folder, "demand", but_not="coverage"))
    modes = tables["demandModes"]
    row_of = {name: row for row, name in enumerate(priorities)}
    sets = {
        int(number): _mode_rows(indices)
        for number, indices in zip(
            tables["demandSets"]["setIndex"], tables["demandSets"]["modeIndices"], strict=True
        )
    }
    timing = tables["demandSetsTiming"]
    rate = np.zeros((len(timing["setIndex"]), len(row_of)))
    raster = np.zeros(rate.shape, dtype=np.int32)
    for period, number in enumerate(timing["setIndex"]):
        for mode in sets[int(number)]:
            column = row_of[modes["priority"][mode]]
            rate[period, column] = float(modes["arrivalRate"][mode]) / DAY_S
            raster[period, column] = int(modes["rasterIndex"][mode]) - 1
    names = tables["demandRasters"]["rasterFilename"]
    return Demand(
        start_s=np.array(timing["startTime"], dtype=np.float64) * DAY_S,
        rate=rate,
        raster=raster,
        files=tuple(PurePosixPath(name.replace("\\", "/")).name for name in names),
        split=_split(find(folder, "demand_coverage")),
    )


def cover_times_s(folder: Path, priorities: Sequence[str]) -> Float64:
    """Seconds of driving within which a place counts as covered, by priority."""
    table = read_tables(find(folder, "demand_coverage"))["coverTimes"]
    limit = dict(zip(table["demandPriority"], table["coverTime"], strict=True))
    return np.array([float(limit[name]) for name in priorities]) * DAY_S


def _mode_rows(indices: str) -> list[int]:
    """Rows from text such as "[1; 2; 3]"."""
    return [int(one) - 1 for one in indices.strip("[]").replace(",", ";").split(";") if one.strip()]


def _split(path: Path) -> tuple[int, int]:
    table: Table = read_tables(path).get("demandRasterCellNumPoints", {})
    if not table:
        return 1, 1
    return int(table["rows"][0]), int(table["cols"][0])
