"""The assessment of a training home, for the command line."""

from __future__ import annotations

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.wsgi import application as _django
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import location_index
from wardmote.operations.training.selectors import assessment

assert _django is not None


def assessment_now() -> JsonValue:
    """What the exercise shows, so far while it lasts; for the operator of the machine."""
    viewer = Viewer("rule:operator", (RoleInArea(Role.SUPERVISOR, location_index().whole_area),))
    return dump(assessment(viewer, now_s=clock.now_s()))
