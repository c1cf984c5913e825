"""The words of the tree of places: levels, changes, gaps, reasons; and how an attempt went."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from wardmote.core.beat.topology import FindingKind
from wardmote.core.domain.division_changes import (
    DivisionChangeKind,
    SuccessionProblem,
    TreeLevel,
    area_of,
    is_tree_code,
)
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.place_chain import ChainGap
from wardmote.core.domain.text import Bilingual
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places import tree
from wardmote.operations.places.errors import (
    BadBoundaryError,
    BadPlaceError,
    SuccessionRefusedError,
)
from wardmote.operations.places.lines import RowProblem, RowReason
from wardmote.operations.places.tree import TreeRow
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.attempts import Attempts
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import viewer_of_request

LEVELS: Mapping[TreeLevel, Any] = {
    TreeLevel.PROVINCE: gettext_lazy("Province"),
    TreeLevel.CITY: gettext_lazy("City"),
    TreeLevel.COUNTY: gettext_lazy("County or district"),
    TreeLevel.TOWN: gettext_lazy("Town or street office"),
    TreeLevel.VILLAGE: gettext_lazy("Village or community"),
    TreeLevel.GRID: gettext_lazy("Grid"),
}
CHANGES: Mapping[DivisionChangeKind, Any] = {
    DivisionChangeKind.OPEN: gettext_lazy("opened"),
    DivisionChangeKind.RENAME: gettext_lazy("renamed"),
    DivisionChangeKind.AMEND: gettext_lazy("corrected"),
    DivisionChangeKind.REDRAW: gettext_lazy("redrawn"),
    DivisionChangeKind.SPLIT: gettext_lazy("split"),
    DivisionChangeKind.MERGE: gettext_lazy("merged"),
    DivisionChangeKind.MOVE: pgettext_lazy("division", "moved"),
    DivisionChangeKind.END: gettext_lazy("ended"),
}
GAPS: Mapping[ChainGap, Any] = {
    ChainGap.OUTSIDE: gettext_lazy("It lies in no division on record."),
    ChainGap.NO_VILLAGE: gettext_lazy("No village or community there has a boundary around it."),
    ChainGap.NO_GRID: gettext_lazy("No grid of the village holds it."),
    ChainGap.NO_BEAT: gettext_lazy("No beat has it."),
    ChainGap.NO_POST: gettext_lazy("No post answers for it."),
    ChainGap.TWO_VILLAGES: gettext_lazy(
        "Two villages claim it; the one with the smaller code is shown."
    ),
    ChainGap.TWO_GRIDS: gettext_lazy("Two grids claim it; the one with the smaller code is shown."),
    ChainGap.TWO_BEATS: gettext_lazy("Two beats name its village; the first is shown."),
}
FINDINGS: Mapping[FindingKind, Any] = {
    FindingKind.OVERLAP: gettext_lazy("overlap"),
    FindingKind.GAP: gettext_lazy("gap"),
    FindingKind.OUTSIDE: gettext_lazy("reaches out"),
    FindingKind.NO_BOUNDARY: gettext_lazy("no boundary"),
}
_BOUNDARY_REASONS = {
    "type": gettext_lazy("it is no area"),
    "empty": gettext_lazy("it encloses nothing"),
    "corners": gettext_lazy("too few or too many corners"),
    "degrees": gettext_lazy("the coordinates are no degrees of longitude and latitude"),
    "crosses": gettext_lazy("its outline crosses itself"),
}
_SUCCESSION_REASONS = {
    SuccessionProblem.COUNT.value: gettext_lazy("there are too few or too many places"),
    SuccessionProblem.LEVEL.value: gettext_lazy(
        "only villages, communities and grids are split, merged and moved, each with its like"
    ),
    SuccessionProblem.REPEATED.value: gettext_lazy("a code is given twice"),
    SuccessionProblem.REUSED.value: gettext_lazy("a code was given before; codes are never reused"),
    SuccessionProblem.OTHER_VILLAGE.value: gettext_lazy("a grid stays inside its village"),
    SuccessionProblem.SAME_PLACE.value: gettext_lazy("it lies in that town already"),
    "no_boundary": gettext_lazy("a boundary is not known"),
    "line": gettext_lazy("the line does not cut right through; let it begin and end outside"),
    "parts": gettext_lazy("there are not as many parts as pieces; look at the cut again"),
    "ground": gettext_lazy("the parts do not cover exactly the ground that was there"),
    "grids_used_up": gettext_lazy("the village has no free number for a grid"),
    "later_beat": gettext_lazy("a beat with this village changes on a later day already"),
    "choice": gettext_lazy("something chosen is no longer there; look again"),
}
ROW_REASONS: Mapping[RowReason, Any] = {
    RowReason.CODE: gettext_lazy("“%(value)s” is no code: 2, 4, 6, 9, 12 or 15 digits"),
    RowReason.CODE_ROUNDED: gettext_lazy(
        "the spreadsheet program rounded the code to “%(value)s”; make the column text and type it "
        "again"
    ),
    RowReason.CODE_TWICE: gettext_lazy("the same place as row %(value)s"),
    RowReason.NAME: gettext_lazy("a new place needs a name"),
    RowReason.LONG_NAME: gettext_lazy("the name is longer than 120 characters"),
    RowReason.NUMBER: gettext_lazy("“%(value)s” is not a number that fits"),
    RowReason.DAY: gettext_lazy("“%(value)s” is no day; write 2026-11-22"),
    RowReason.DEGREES: gettext_lazy("“%(value)s” is no longitude and latitude"),
    RowReason.PARENT: gettext_lazy("the place above, %(value)s, is not on record on that day"),
    RowReason.OUTSIDE_AREA: gettext_lazy("it lies outside your area"),
    RowReason.ENDED: gettext_lazy("this code has ended (%(value)s); codes are never given twice"),
    RowReason.NEEDED: gettext_lazy("it cannot end: %(value)s still needs it"),
    RowReason.FIRST_DAY_KEPT: gettext_lazy("its first day on record is %(value)s and stays"),
    RowReason.LAST_BEFORE_FIRST: gettext_lazy("its last day, %(value)s, lies before its first"),
    RowReason.UNKNOWN_CODE: gettext_lazy("no place with the code %(value)s is on record"),
    RowReason.UNKNOWN_NAME: gettext_lazy("no place there is called “%(value)s”"),
    RowReason.SAME_NAME: gettext_lazy("more than one place there is called “%(value)s”"),
    RowReason.NO_CODE_OR_NAME: gettext_lazy("the feature has neither code nor name"),
    RowReason.BOUNDARY_TYPE: gettext_lazy("the shape is no area"),
    RowReason.BOUNDARY_EMPTY: gettext_lazy("the shape encloses nothing"),
    RowReason.BOUNDARY_CORNERS: gettext_lazy("the shape has too many corners; simplify it"),
    RowReason.BOUNDARY_DEGREES: gettext_lazy("the coordinates are no degrees; was the file read "
                                             "with the right coordinates?"),
    RowReason.BOUNDARY_CROSSES: gettext_lazy("the outline crosses itself"),
    RowReason.GRID_OUTSIDE: gettext_lazy("a grid would lie outside its village (%(value)s)"),
    RowReason.LATER_BOUNDARY: gettext_lazy("a boundary from %(value)s is on record already"),
}  # fmt: skip
FIELDS: Mapping[str, Any] = {
    "name_zh": gettext_lazy("Chinese name"),
    "name_en": gettext_lazy("English name"),
    "lon": gettext_lazy("longitude"),
    "lat": gettext_lazy("latitude"),
    "population": gettext_lazy("residents"),
    "first": gettext_lazy("first day"),
    "last": gettext_lazy("last day"),
    "boundary": gettext_lazy("boundary"),
}
_PLACE_FIELDS: Mapping[str, Any] = {
    "code": gettext_lazy("code"),
    "name": gettext_lazy("name"),
    "day": gettext_lazy("day"),
    "lon": gettext_lazy("longitude"),
    "population": gettext_lazy("residents"),
    "area": gettext_lazy("area"),
    "office": gettext_lazy("office"),
    "villages": gettext_lazy("villages"),
    "whole_of": gettext_lazy("division"),
}


def spoken(name: Bilingual, code: str = "") -> str:
    """A name in the reader's language; the code where there is none."""
    return name.in_language(get_language() or "") or code


def problem_text(problem: RowProblem) -> str:
    """What is wrong with a cell, as a sentence without row and column."""
    return str(ROW_REASONS[problem.reason]) % {"value": problem.value}


def today() -> datetime.date:
    """The local day now."""
    return local_day(clock.now_s())


def day_asked(request: HttpRequest) -> datetime.date:
    """The day in the address; today where there is none or it is no day."""
    try:
        return datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today()


def seen_row(request: HttpRequest, code: str) -> TreeRow:
    """The place of a page, ended or not.

    Raises:
        Http404: there is none.
        PermissionDenied: it lies outside the viewer's areas.
    """
    if not is_tree_code(code):
        raise Http404
    viewer = viewer_of_request(request)
    if not viewer.may(Permission.CONFIGURATION_VIEW, area_of(code)):
        log_refusal(request, viewer.staff_id, "area", permission=Permission.CONFIGURATION_VIEW)
        raise PermissionDenied
    row = tree.tree_row(code)
    if row is None:
        raise Http404
    return row


def refusal_text(refusal: RefusedError) -> str:
    """A refusal as a sentence; reasons that are codes are put into words."""
    if isinstance(refusal, BadBoundaryError | SuccessionRefusedError):
        reasons: Mapping[str, Any] = (
            _BOUNDARY_REASONS if isinstance(refusal, BadBoundaryError) else _SUCCESSION_REASONS
        )
        reason = str(refusal.values["reason"])
        return type(refusal)(reason=reasons.get(reason, reason)).message()
    if isinstance(refusal, BadPlaceError):
        field = str(refusal.values["field"])
        return BadPlaceError(field=_PLACE_FIELDS.get(field, field)).message()
    return refusal.message()


_ATTEMPTS = Attempts(
    in_words=refusal_text,
    denied=gettext_lazy("This lies outside the area in which you may change places."),
)
attempt = _ATTEMPTS.attempt
attempt_once = _ATTEMPTS.attempt_once
attempt_for = _ATTEMPTS.attempt_for
