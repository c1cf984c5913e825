"""Curves and outlines that look grown rather than drawn."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

Float64 = NDArray[np.float64]

CENTIMETRE = 2
"""Decimals kept of a metre; the last bits of a sine differ between processors."""


def blob(
    centre: Float64, radius_m: float, rng: np.random.Generator, *, roughness: float = 0.12
) -> Polygon:
    """A rounded outline around `centre` whose radius varies by about `roughness`."""
    angles = np.linspace(0, 2 * np.pi, 97)[:-1]
    radius = np.ones_like(angles)
    for order in range(2, 7):
        share = roughness / order * 2 * rng.normal()
        radius += share * np.cos(order * angles + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.6, 1.5) * radius_m
    ring = centre + radius[:, None] * np.stack((np.cos(angles), np.sin(angles)), axis=1)
    return Polygon(np.round(ring, CENTIMETRE))


def ragged(outline: Polygon, rng: np.random.Generator) -> Polygon:
    """An outline whose sides wander as borders do."""
    ring = shapely.get_coordinates(outline.exterior)
    sides = wind(ring[:-1], ring[1:], np.full(len(ring) - 1, 0.16), 3, rng)
    return Polygon(sides[:, :-1].reshape(-1, 2))


def wind(
    start: Float64, end: Float64, share: Float64, levels: int, rng: np.random.Generator
) -> Float64:
    """Winding lines between pairs of points: midpoint displacement, then one smoothing.

    `start`, `end` [n, 2]; `share` [n]: standard deviation of the displacement as a share of the
    piece displaced. Returns [n, points, 2] with the ends exactly as given.
    """
    lines = np.stack((start, end), axis=1)
    for level in range(levels):
        step = np.diff(lines, axis=1)
        across = np.stack((-step[..., 1], step[..., 0]), axis=2)
        push = np.clip(rng.normal(size=step.shape[:2]), -1.6, 1.6)
        push *= share[:, None] * 0.85**level
        middle = lines[:, :-1] + step / 2 + across * push[..., None]
        merged = np.empty((len(lines), lines.shape[1] + middle.shape[1], 2))
        merged[:, 0::2], merged[:, 1::2] = lines, middle
        lines = merged
    return np.round(smooth(lines), CENTIMETRE)


def smooth(lines: Float64) -> Float64:
    """Corners cut once (Chaikin, doi:10.1016/0146-664X(74)90028-8), ends kept; [..., points, 2]."""
    first = 0.75 * lines[..., :-1, :] + 0.25 * lines[..., 1:, :]
    second = 0.25 * lines[..., :-1, :] + 0.75 * lines[..., 1:, :]
    cut = np.empty((*lines.shape[:-2], 2 * first.shape[-2], 2))
    cut[..., 0::2, :], cut[..., 1::2, :] = first, second
    cut[..., 0, :], cut[..., -1, :] = lines[..., 0, :], lines[..., -1, :]
    return cut


def clusters(samples: Float64, number: int, rng: np.random.Generator, rounds: int) -> Float64:
    """`number` centres spread over `samples` [n, 2] by Lloyd's algorithm; few rounds stay uneven.

    Raises `ValueError` where there are fewer samples than centres.
    """
    centres = samples[np.sort(rng.choice(len(samples), size=number, replace=False))].copy()
    for _ in range(rounds):
        owner = nearest(samples, centres)
        count = np.bincount(owner, minlength=number)
        total = np.stack(
            [np.bincount(owner, weights=samples[:, axis], minlength=number) for axis in (0, 1)], 1
        )
        held = count > 0
        centres[held] = total[held] / count[held, None]
    return np.round(centres, CENTIMETRE)


def nearest(points: Float64, centres: Float64) -> NDArray[np.intp]:
    """Row of the centre nearest to each point [n]; the first of equals."""
    distance = np.hypot(
        points[:, None, 0] - centres[None, :, 0], points[:, None, 1] - centres[None, :, 1]
    )
    owner: NDArray[np.intp] = np.argmin(distance, axis=1)
    return owner


def scatter(outline: Polygon, number: int, rng: np.random.Generator) -> Float64:
    """`number` points spread evenly at random inside an outline, [number, 2]."""
    west, south, east, north = outline.bounds
    found = np.empty((0, 2))
    while len(found) < number:
        tries = rng.uniform((west, south), (east, north), size=(2 * number + 16, 2))
        found = np.concatenate((found, tries[shapely.contains_xy(outline, tries)]))
    return np.round(found[:number], CENTIMETRE)


def largest_remainder(weights: Float64, total: int) -> NDArray[np.int64]:
    """Whole shares of `total` in proportion to `weights` [n]; they add up to it exactly."""
    exact = weights / weights.sum() * total
    shares: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:missing]] += 1
    return shares
