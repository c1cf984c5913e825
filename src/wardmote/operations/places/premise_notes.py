"""Notes of premises, as calls and lookups at a place show them."""

from __future__ import annotations

import numpy as np

from wardmote.operations.places.location import distances_m
from wardmote.operations.places.models import PremiseNote

MOST_SHOWN = 10


def premise_notes_at(lon: float, lat: float, now_s: float) -> list[str]:
    """What calls at a place show of its notes, nearest first."""
    return [note.shown for note in premise_note_rows_at(lon, lat, now_s)]


def premise_note_rows_at(lon: float, lat: float, now_s: float) -> list[PremiseNote]:
    """Notes of the place itself within their own distance (<=), nearest first."""
    near = list(
        PremiseNote.objects.filter(
            expires_s__gt=now_s,
            lon__range=(lon - 0.02, lon + 0.02),
            lat__range=(lat - 0.01, lat + 0.01),
        ).order_by("id")
    )
    distance = distances_m(
        lon, lat, np.array([note.lon for note in near]), np.array([note.lat for note in near])
    )
    order = np.argsort(distance, kind="stable").tolist()
    found = [near[row] for row in order if distance[row] <= near[row].radius_m]
    return found[:MOST_SHOWN]
