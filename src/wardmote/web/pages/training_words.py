"""What the lines and troubles of an exercise are called on its pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.core.simulation.training.exercise import Line
from wardmote.core.simulation.training.scenario import TroubleKind

LINE_WORDS = {
    Line.TO_COME: _("to come"),
    Line.RINGING: _("ringing"),
    Line.ON_LINE: _("on the line"),
    Line.TAKEN: _("taken down"),
    Line.KNOWN: _("known already"),
    Line.LOST: _("hung up"),
    Line.OVERFLOWED: _("taken by the next desk"),
}

TROUBLE_WORDS = {
    TroubleKind.UNIT_BREAKS_DOWN: _("breaks down"),
    TroubleKind.CREW_SILENT: _("does not answer the terminal"),
    TroubleKind.POSITIONS_STALE: _("sends no position"),
    TroubleKind.ROAD_CLOSES: _("road closes"),
    TroubleKind.DUPLICATE_CALL: _("is reported again"),
    TroubleKind.CALLER_MOVES: _("caller moves"),
}


def duration_text(seconds: float | None) -> str:
    """A duration as ``m:ss``; a dash for none."""
    if seconds is None:
        return "–"
    whole = round(abs(seconds))
    sign = "−" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"
