"""How the places of an area fit one another on a day."""

from __future__ import annotations

import datetime

from wardmote.core.beat.topology import Finding, PlaceShape, find
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.places import tree


def findings_within(
    viewer: Viewer, area: AreaId, day: datetime.date, tolerance_m2: float
) -> tuple[Finding, ...]:
    """Overlaps, gaps and places that reach out, of `area` and everything below it.

    Raises:
        AccessDeniedError: the viewer may not see places there.
        ValueError: the tolerance is negative or not finite.
    """
    if not viewer.may(Permission.CONFIGURATION_VIEW, area):
        raise AccessDeniedError
    rows = tree.rows_within(area_prefix(area), day)
    shapes = tree.boundaries_on([row.code for row in rows], day)
    places = [PlaceShape(row.code, row.parent, shapes.get(row.code)) for row in rows]
    top = [place for place in places if place.code == area]
    below = [place for place in places if place.code != area]
    alone = [PlaceShape(place.code, "", place.shape) for place in top]
    return find([*alone, *below], tolerance_m2=tolerance_m2)
