"""Draws that anybody can repeat: who is checked is decided by hashes, not by people.

Every local day has a secret value. Its hash is published the day before, the value itself when the
day is over. The seed of a draw is the hash of the day's value with the draw's name, and is shown at
once. A candidate's place in a draw is the hash of the seed with its stratum and name; the first so
many are taken. With SHA-256 as a random function each subset of that size is equally likely, nobody
is taken twice, and the tools of any computer repeat it:
``printf '%s' 'SEED|post|NAME' | sha256sum``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardmote.core.domain.inspection import Stratum


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate's place in a draw: `place` from 1, by `number`, 64 hexadecimal digits."""

    candidate: str
    number: str
    place: int
    taken: bool


def sha256_hex(text: str) -> str:
    """SHA-256 (FIPS 180-4) of `text` in UTF-8, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_of(day_value: str) -> str:
    """What is published of a day's value before its day."""
    return sha256_hex(day_value)


def seed_of(day_value: str, draw: str) -> str:
    """The seed of the draw named `draw` on the day of `day_value`: SHA-256 of ``VALUE|DRAW``."""
    return sha256_hex(f"{day_value}|{draw}")


def seed_fits(seed: str, day_value: str, commitment: str, draw: str) -> bool:
    """Whether `seed` follows from the day's value, and the value from what was published."""
    return hmac.compare_digest(commitment, commitment_of(day_value)) and hmac.compare_digest(
        seed, seed_of(day_value, draw)
    )


def place_all(
    seed: str, stratum: Stratum, candidates: Sequence[str], take: int
) -> tuple[Placed, ...]:
    """All candidates in the order of their numbers; the first `take` are taken.

    Raises:
        ValueError: a candidate is listed twice, or `take` is negative.
    """
    if len(set(candidates)) != len(candidates):
        raise ValueError("a candidate is listed twice")
    if take < 0:
        raise ValueError("a number from 0 is needed")
    numbered = sorted((sha256_hex(f"{seed}|{stratum.value}|{one}"), one) for one in candidates)
    return tuple(
        Placed(one, number, place, place <= take)
        for place, (number, one) in enumerate(numbered, start=1)
    )


def draw(
    seed: str, candidates: Mapping[Stratum, Sequence[str]], take: Mapping[Stratum, int]
) -> dict[Stratum, tuple[str, ...]]:
    """Who is taken in each stratum, in the order of their places; all where there are too few."""
    return {
        stratum: tuple(
            one.candidate
            for one in place_all(seed, stratum, candidates.get(stratum, ()), take.get(stratum, 0))
            if one.taken
        )
        for stratum in Stratum
    }
