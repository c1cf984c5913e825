"""How demand spreads over places: thin places borrow from their neighbours, full ones need not.

Each place's rate has a gamma prior whose mean is what its neighbours (by road) have and whose
weight is so many calls; its own calls then make it its own (empirical Bayes: Clayton and Kaldor,
doi:10.2307/2532003; with the neighbourhood as the prior: Marshall, doi:10.2307/2347593). How far a
neighbour is one, and how many calls the neighbourhood is worth, is chosen by the likelihood of
weeks that were held out. A place is a node, cell or division: never a person, never a household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.counts import LARGEST_SHAPE, log_likelihood
from wardmote.core.planning.demand.neighbours import Neighbours
from wardmote.core.travel.graph import Float64, Int64

WEIGHTS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0)
"""Calls that the neighbourhood may be worth."""

PARTS_OF_WEEK = 8
"""Night, morning, afternoon and evening of weekdays, then of weekends."""

PART_WEIGHTS = (5.0, 20.0, 80.0, LARGEST_SHAPE)
"""Calls that "this place keeps the hours of all" may be worth; the last means: always does."""

MOST_CELLS = 200_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PlaceRates:
    """Share of the demand by place, each with its uncertainty.

    Attributes:
        shape, rate: float64 [P] gamma of calls in the time that was seen, per unit of `size`.
        size: float64 [P] what a place's rate is per: 1, or area, or length of streets; > 0.
        part: float64 [P, 8] factor of each part of the week on the place's rate.
        bandwidth: reach of the kernel in the neighbours' unit; None when all places are alike
            neighbours (no nearer ones helped).
        prior_calls: calls that the neighbourhood is worth.
        part_prior_calls: calls that the common hours are worth.
    """

    shape: Float64
    rate: Float64
    size: Float64
    part: Float64
    bandwidth: float | None
    prior_calls: float
    part_prior_calls: float

    @property
    def mean(self) -> Float64:
        """[P] expected calls of each place in the time that was seen."""
        return np.asarray(self.size * self.shape / self.rate, dtype=np.float64)

    @property
    def share(self) -> Float64:
        """[P] of all calls; adds up to 1."""
        mean = self.mean
        return np.asarray(mean / mean.sum(), dtype=np.float64)

    @property
    def deviation(self) -> Float64:
        """[P] standard deviation of `mean`, from thin counts alone."""
        return np.asarray(self.size * np.sqrt(self.shape) / self.rate, dtype=np.float64)

    def drawn(self, rng: np.random.Generator) -> Float64:
        """[P] shares drawn from what is believed: for simulations that keep the doubt."""
        rates = rng.gamma(self.shape, 1 / self.rate) * self.size
        return np.asarray(rates / rates.sum(), dtype=np.float64)


def learn_places(
    place: Int64,
    fold: Int64,
    part: Int64,
    neighbours: Neighbours,
    bandwidths: Sequence[float],
    size: Float64 | None = None,
) -> PlaceRates:
    """Rates of places from calls.

    Args:
        place: int64 [n] of each call; -1 for calls without a known place, which are left out.
        fold: int64 [n] which stretch of time each call belongs to, 0 .. F-1, F >= 2; whole weeks,
            about as much in each.
        part: int64 [n] part of the week of each call, 0 .. 7 (`part_of_week`).
        neighbours: of every place.
        bandwidths: reaches to choose from, in the neighbours' unit.
        size: float64 [P] > 0; ones when not given.

    Raises:
        ValueError: no call has a place, or there are fewer than two folds.
    """
    places = len(neighbours)
    sizes = np.ones(places) if size is None else size
    known = place >= 0
    if not known.any() or int(fold.max()) < 1:
        msg = "rates of places need calls with places in at least two stretches of time"
        raise ValueError(msg)
    place, fold, part = place[known], fold[known], part[known]
    folds = int(fold.max()) + 1
    if places * max(folds, PARTS_OF_WEEK) > MOST_CELLS:
        msg = f"{places} places are too many at once"
        raise ValueError(msg)
    table = np.bincount(place * folds + fold, minlength=places * folds).reshape(places, folds)
    counts = table.astype(np.float64)
    bandwidth, weight = _choose(counts, neighbours, bandwidths, sizes)
    total = counts.sum(axis=1)
    prior = _prior(total, neighbours, bandwidth, sizes)
    parts, part_weight = _learn_parts(place, fold, part, places, folds)
    return PlaceRates(
        weight + total, weight / prior + sizes, sizes, parts, bandwidth, weight, part_weight
    )


def part_of_week(slot: Int64) -> Int64:
    """Part 0 .. 7 for hours of the week 0 .. 167."""
    return ((slot % 24) // 6 + 4 * (slot // 24 >= 5)).astype(np.int64)


def _prior(
    count: Float64, neighbours: Neighbours, bandwidth: float | None, size: Float64
) -> Float64:
    """[P] rate per size that the neighbours have; that of all places where there are none near."""
    overall = max(count.sum(), 0.5) / size.sum()
    if bandwidth is None:
        return np.full(len(size), overall)
    near, mass = neighbours.gather(count, bandwidth), neighbours.gather(size, bandwidth)
    # One call's worth of belief that a neighbourhood is like the rest of the place.
    return np.asarray((near + 1.0) / (mass + 1.0 / overall), dtype=np.float64)


def _choose(
    counts: Float64, neighbours: Neighbours, bandwidths: Sequence[float], size: Float64
) -> tuple[float | None, float]:
    """Reach and weight under which each stretch of time is likeliest, given the others."""
    folds = counts.shape[1]
    total = counts.sum(axis=1)
    best: tuple[float, float | None, float] = (-np.inf, None, WEIGHTS[0])
    for bandwidth in (None, *bandwidths):
        scores = np.zeros(len(WEIGHTS))
        for fold in range(folds):
            held = counts[:, fold]
            seen = total - held
            prior = _prior(seen, neighbours, bandwidth, size)
            # Folds need not be equally full: the held-out total is given, only its spread is asked.
            time = held.sum() / max(seen.sum(), 1.0)
            for row, weight in enumerate(WEIGHTS):
                shape = weight + seen
                mean = shape / (weight / prior + size) * size
                mean = mean * time * seen.sum() / mean.sum()
                scores[row] += float(log_likelihood(held, mean, shape).sum())
        top = int(scores.argmax())
        if scores[top] > best[0]:
            best = (float(scores[top]), bandwidth, WEIGHTS[top])
    return best[1], best[2]


def _learn_parts(
    place: Int64, fold: Int64, part: Int64, places: int, folds: int
) -> tuple[Float64, float]:
    """Each place's own hours, believed as far as held-out stretches of time bear them out."""
    cell = (place * PARTS_OF_WEEK + part).astype(np.int64)
    by_fold = np.zeros((folds, places, PARTS_OF_WEEK))
    for number in range(folds):
        table = np.bincount(cell[fold == number], minlength=places * PARTS_OF_WEEK)
        by_fold[number] = table.reshape(places, PARTS_OF_WEEK)
    total = by_fold.sum(axis=0)
    scores = np.zeros(len(PART_WEIGHTS))
    for held in by_fold:
        for row, weight in enumerate(PART_WEIGHTS):
            factor = _part_factors(total - held, weight)
            mean = held.sum(axis=1, keepdims=True) * _usual(total - held) * factor
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(held > 0, held * np.log(mean / held.sum(axis=1)[:, None]), 0.0)
            scores[row] += float(share.sum())
    best = PART_WEIGHTS[int(scores.argmax())]
    return _part_factors(total, best), best


def _usual(table: Float64) -> Float64:
    """[1, 8] share of each part of the week over all places; never 0."""
    whole = table.sum(axis=0) + 0.5
    return np.asarray(whole / whole.sum(), dtype=np.float64)[None, :]


def _part_factors(table: Float64, weight: float) -> Float64:
    """[P, 8] own share over the usual one; averages to 1 by the usual shares."""
    usual = _usual(table)
    own = table.sum(axis=1, keepdims=True)
    share = (table + weight * usual) / (own + weight)
    return np.asarray(share / usual, dtype=np.float64)
