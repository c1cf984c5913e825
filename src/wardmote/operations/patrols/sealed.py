"""Positions of a patrol: sealed when they come in, opened for figures and for a leader's look."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wardmote.core.beat.patrol_walked import Fix
from wardmote.operations.patrols.models import PatrolOrder, PatrolPositions

DIGITS = 6
"""Of a degree: about a tenth of a metre, finer than any phone."""


def seal(order: PatrolOrder, fixes: Sequence[Fix]) -> None:
    """Keep positions of an order, encrypted (AES-256-GCM), at least one."""
    rows = [
        (round(one.at_s, 1), round(one.lon, DIGITS), round(one.lat, DIGITS), round(one.accuracy_m))
        for one in sorted(fixes, key=lambda one: one.at_s)
    ]
    PatrolPositions.objects.create(
        order=order,
        first_s=rows[0][0],
        last_s=rows[-1][0],
        count=len(rows),
        sealed=json.dumps(rows, separators=(",", ":")),
    )


def fixes_of(order: PatrolOrder) -> tuple[Fix, ...]:
    """The positions of an order by time. Callers check rights and write down looks."""
    found = [
        Fix(at_s, lon, lat, accuracy_m)
        for row in order.positions.order_by("first_s", "pk")
        for at_s, lon, lat, accuracy_m in json.loads(row.sealed)
    ]
    return tuple(sorted(found, key=lambda one: one.at_s))
