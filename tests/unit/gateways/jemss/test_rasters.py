"""GeoTIFF rasters of demand: packings, placing, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from tests.unit.gateways.jemss.rasters_made import (
    DEFLATE,
    LZW,
    PACKBITS,
    PLAIN,
    write_tiff,
)

from wardmote.gateways.jemss.rasters import read_raster


def demand(kind: str, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 90, (37, 61)) * (rng.random((37, 61)) < 0.7)
    return made.astype(kind)


@pytest.mark.parametrize("packing", [PLAIN, DEFLATE, LZW, PACKBITS])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_packing_gives_the_cells_back(
    tmp_path: Path, packing: int, order: Literal["<", ">"]
) -> None:
    values = demand("f4")
    write_tiff(tmp_path / "a.tif", values, packing=packing, order=order, strip=5)
    found = read_raster(tmp_path / "a.tif")
    row, column = np.nonzero(values)
    assert np.array_equal(found.value, values[row, column])
    assert np.array_equal(found.x, column + 0.5)
    assert np.array_equal(found.y, -(row + 0.5))


@pytest.mark.parametrize(("kind", "predictor"), [("u2", 2), ("i4", 2), ("f4", 3), ("f8", 3)])
def test_differences_are_summed_up_again(tmp_path: Path, kind: str, predictor: int) -> None:
    values = demand(kind)
    write_tiff(tmp_path / "a.tif", values, packing=DEFLATE, predictor=predictor)
    assert np.array_equal(read_raster(tmp_path / "a.tif").value, values[np.nonzero(values)])


def test_tiles_are_put_together_and_their_margins_left_out(tmp_path: Path) -> None:
    values = demand("u1")
    write_tiff(tmp_path / "a.tif", values, packing=LZW, tile=16)
    assert np.array_equal(read_raster(tmp_path / "a.tif").value, values[np.nonzero(values)])


def test_many_codes_are_read(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(1, 255, (120, 130)).astype("u1")
    write_tiff(tmp_path / "a.tif", values, packing=LZW)
    assert np.array_equal(read_raster(tmp_path / "a.tif").value, values.ravel())


def test_cells_lie_where_the_file_says(tmp_path: Path) -> None:
    values = np.array([[0, 2], [3, 0]], dtype="f8")
    where = {"corner": (100.0, 50.0), "size": (4.0, 2.0)}
    write_tiff(tmp_path / "a.tif", values, **where)  # type: ignore[arg-type]  # both are pairs
    area = read_raster(tmp_path / "a.tif")
    assert (area.x.tolist(), area.y.tolist()) == ([106.0, 102.0], [49.0, 47.0])
    assert (area.dx, area.dy) == (4.0, 2.0)
    write_tiff(tmp_path / "b.tif", values, is_point=True, **where)  # type: ignore[arg-type]  # pairs
    point = read_raster(tmp_path / "b.tif")
    assert (point.x.tolist(), point.y.tolist()) == ([104.0, 100.0], [50.0, 48.0])


def test_what_is_not_a_raster_of_demand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"not a raster at all")
    with pytest.raises(ValueError, match=r"a\.tif.*not a TIFF"):
        read_raster(path)
    path.write_bytes(b"II*\0\xff\xff\xff\xff")
    with pytest.raises(ValueError, match=r"a\.tif"):
        read_raster(path)
    write_tiff(path, np.array([[-9999.0, 1.0]]))
    with pytest.raises(ValueError, match="at least 0"):
        read_raster(path)
    write_tiff(path, np.array([[1.0, 2.0]]), packing=PLAIN)
    blob = bytearray(path.read_bytes())
    at = blob.index((259).to_bytes(2, "little"))
    blob[at + 8] = 7
    path.write_bytes(bytes(blob))
    with pytest.raises(ValueError, match="packed"):
        read_raster(path)
