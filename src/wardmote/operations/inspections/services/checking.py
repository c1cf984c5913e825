"""Making a check, the reply to it, and the decision of somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.grid_check import FINDING_OF, check_position
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import (
    CHECK_LIFE_CYCLE,
    CHECK_TERM_DAYS,
    ITEMS_OF,
    REPLY_TERM_DAYS,
    CheckAction,
    CheckItem,
    CheckState,
    DropReason,
    Finding,
    Stratum,
    has_defects,
    missing_items,
)
from wardmote.core.domain.inspection_events import CheckMoved
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import MultiPolygon
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections.errors import (
    AnotherPersonError,
    AnsweredTooLateError,
    BadEntryError,
    FindingsMissingError,
    NotPossibleError,
    TermOverError,
    UnknownRecordError,
)
from wardmote.operations.inspections.models import SpotCheck
from wardmote.operations.inspections.nearby import belongs_near
from wardmote.operations.inspections.recording import RULE, check, moment_text, next_of, said, tell
from wardmote.operations.inspections.selectors import findings_of
from wardmote.operations.inspections.services.drawing import make_day_values
from wardmote.operations.inspections.services.training import end_turns_on_leave
from wardmote.operations.photos.services import keep_until
from wardmote.operations.places.boundary_lookup import boundary_of_division, grid_of_post
from wardmote.operations.units.selectors import units_by_id
from wardmote.operations.working_time import working_calendar

SUBJECT = "spot_check"
KEEP_PICTURES_S = 365 * 86_400.0
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found.

    Attributes:
        person: staff number of the person concerned, who may reply; empty where nobody is. A
            person who was drawn is the person concerned.
        at: where the checked one was found: longitude, latitude (WGS-84 degrees) and accuracy
            (metres); it then decides on the grid, whatever `findings` say. None: by eye.
    """

    findings: Mapping[CheckItem, Finding]
    words: str = ""
    person: str = ""
    at: tuple[float, float, float] | None = None


def begin_check(viewer: Viewer, check_id: str, *, now_s: float) -> None:
    """Begin a check that was drawn.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: the viewer may not check in its area.
        NotPossibleError: it was begun or dropped already.
        TermOverError: it was drawn too long ago.
    """
    with transaction.atomic():
        row = _to_check(viewer, check_id)
        _require_in_time(row, now_s)
        _move(row, CheckAction.BEGIN, viewer.staff_id, now_s)


def drop_check(viewer: Viewer, check_id: str, reason: DropReason, *, now_s: float) -> None:
    """Say why a drawn check could not be made; it is counted as such.

    Raises:
        UnknownRecordError, AccessDeniedError, NotPossibleError: as `begin_check`.
    """
    with transaction.atomic():
        row = _to_check(viewer, check_id)
        if reason is DropReason.NOT_IN_TIME:
            raise NotPossibleError
        row.dropped_for = reason.value
        row.recorded_by = viewer.staff_id
        _move(row, CheckAction.DROP, viewer.staff_id, now_s)


def record_check(viewer: Viewer, check_id: str, result: Result, *, now_s: float) -> None:
    """Record what was found. The person concerned may reply within the term.

    Raises:
        FindingsMissingError: nothing was said about an item.
        WordsMissingError: something was wanting, and not said what.
        BadEntryError: the person concerned is none of or around the area; the position is none.
        TermOverError: the check was drawn too long ago.
        AnotherPersonError: the inspector would be the person concerned.
        UnknownRecordError, AccessDeniedError, NotPossibleError: as `begin_check`.
    """
    with transaction.atomic():
        row = _to_check(viewer, check_id)
        _require_in_time(row, now_s)
        stratum = Stratum(row.stratum)
        person = row.subject if stratum is Stratum.PERSON else result.person.strip()
        findings, row.grid_check = _with_grid(row, result)
        if missing_items(stratum, findings):
            raise FindingsMissingError
        if person == viewer.staff_id:
            raise AnotherPersonError
        if person and not belongs_near(person, AreaId(row.area), row.draw.drawn_s):
            raise BadEntryError(field=person[:40])
        row.person = person
        row.words = said(result.words, needed=has_defects(findings))
        row.findings = {one.value: findings[one].value for one in ITEMS_OF[stratum]}
        row.first_findings = row.findings
        row.recorded_by, row.recorded_s = viewer.staff_id, now_s
        row.reply_until_s = working_calendar(now_s).deadline_s(now_s, REPLY_TERM_DAYS)
        _move(row, CheckAction.RECORD, viewer.staff_id, now_s)


def reply_to_check(viewer: Viewer, check_id: str, words: str, *, now_s: float) -> None:
    """Reply as the person concerned, up to and including the last moment of the term.

    Raises:
        UnknownRecordError: there is no such check.
        AccessDeniedError: the viewer is not the person concerned.
        AnsweredTooLateError: it is too late.
        WordsMissingError: nothing is said.
        NotPossibleError: there is no result yet, or a reply already.
    """
    with transaction.atomic():
        row = _locked(check_id)
        if not row.person or row.person != viewer.staff_id:
            raise AccessDeniedError
        if row.reply_until_s is not None and now_s > row.reply_until_s:
            raise AnsweredTooLateError(until=moment_text(row.reply_until_s))
        row.reply = said(words, needed=True)
        row.replied_s = now_s
        _move(row, CheckAction.REPLY, viewer.staff_id, now_s)


def decide_check(
    viewer: Viewer,
    check_id: str,
    words: str,
    corrected: Mapping[CheckItem, Finding] | None,
    *,
    now_s: float,
) -> None:
    """Decide on a reply: uphold the result, or put it right with other findings.

    Raises:
        AccessDeniedError: the viewer may not decide in its area.
        AnotherPersonError: the viewer recorded it or is concerned.
        FindingsMissingError, WordsMissingError: nothing is said about an item, or why.
        UnknownRecordError, NotPossibleError: as `begin_check`.
    """
    with transaction.atomic():
        row = _locked(check_id)
        check(viewer, Permission.ASSESSMENT_DECIDE, row.area)
        if viewer.staff_id in (row.recorded_by, row.person):
            raise AnotherPersonError
        row.decision = said(words, needed=True)
        row.decided_by, row.decided_s = viewer.staff_id, now_s
        if corrected is None:
            _move(row, CheckAction.UPHOLD, viewer.staff_id, now_s)
            return
        stratum = Stratum(row.stratum)
        if missing_items(stratum, corrected):
            raise FindingsMissingError
        row.findings = {one.value: corrected[one].value for one in ITEMS_OF[stratum]}
        _move(row, CheckAction.CORRECT, viewer.staff_id, now_s)


def go_round(now_s: float) -> bool:
    """Let results stand whose term is over without a reply, and checks lapse that nobody made.

    Makes the days' values as well, and ends turns at the station that fall into a leave.
    """
    make_day_values(now_s)
    end_turns_on_leave(now_s)
    lapsed = _lapse(now_s)
    due = SpotCheck.objects.filter(state=CheckState.RECORDED.value, reply_until_s__lt=now_s)
    found = list(due.order_by("reply_until_s").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for check_id in found:
        with transaction.atomic():
            row = _locked(check_id)
            if row.state == CheckState.RECORDED.value:
                _move(row, CheckAction.STAND, RULE, now_s)
    return lapsed or len(found) == MOST_AT_ONCE


def _lapse(now_s: float) -> bool:
    """Drop what was drawn and has no result in time; returns whether there may be more."""
    rows = SpotCheck.objects.filter(
        state__in=[CheckState.DRAWN.value, CheckState.UNDER_WAY.value],
        draw__drawn_s__lt=now_s,
    ).select_related("draw")
    late = [one.pk for one in rows.order_by("draw__drawn_s", "pk") if now_s > made_until_s(one)]
    for check_id in late[:MOST_AT_ONCE]:
        with transaction.atomic():
            row = _locked(check_id)
            if row.state in (CheckState.DRAWN.value, CheckState.UNDER_WAY.value):
                row.dropped_for = DropReason.NOT_IN_TIME.value
                _move(row, CheckAction.LAPSE, RULE, now_s)
    return len(late) > MOST_AT_ONCE


def made_until_s(row: SpotCheck) -> float:
    """The last moment at which a drawn check can be made and recorded."""
    drawn_s = row.draw.drawn_s
    return working_calendar(drawn_s).deadline_s(drawn_s, CHECK_TERM_DAYS)


def _require_in_time(row: SpotCheck, now_s: float) -> None:
    if now_s > made_until_s(row):
        raise TermOverError


def may_add_pictures(viewer: Viewer, check_id: str) -> bool:
    """Whether the viewer may add pictures: whoever may make the check, until there is a reply."""
    row = SpotCheck.objects.filter(pk=check_id).first()
    if row is None or row.state not in (CheckState.UNDER_WAY.value, CheckState.RECORDED.value):
        return False
    try:
        check(viewer, Permission.INSPECTION_DRAW, row.area)
    except AccessDeniedError:
        return False
    return row.subject != viewer.staff_id


def grid_of(row: SpotCheck) -> tuple[str, MultiPolygon]:
    """In whose boundary the checked one should be, and that boundary; empty where none is drawn.

    A vehicle: in the grid of its post; where that is not drawn, and a person: in the division of
    the unit or office.
    """
    if row.stratum == Stratum.VEHICLE.value:
        unit = units_by_id([row.subject]).get(row.subject)
        grid = grid_of_post(unit.post) if unit is not None and unit.post else ()
        if unit is not None and grid:
            return f"post:{unit.post}", grid
    return f"division:{row.area}", boundary_of_division(row.area)


def _with_grid(
    row: SpotCheck, result: Result
) -> tuple[dict[CheckItem, Finding], dict[str, object]]:
    """The findings with what the position says of the grid, and how it stood to the boundary."""
    findings = dict(result.findings)
    if result.at is None or CheckItem.IN_GRID not in ITEMS_OF[Stratum(row.stratum)]:
        return findings, {}
    of, grid = grid_of(row)
    if not grid:
        return findings, {}
    try:
        held = check_position(grid, *result.at)
    except ValueError as error:
        raise BadEntryError(field="position") from error
    findings[CheckItem.IN_GRID] = FINDING_OF[held.standing]
    return findings, {
        "of": of,
        "standing": held.standing.value,
        "boundary_m": round(held.boundary_m, 1),
        "accuracy_m": round(held.accuracy_m, 1),
    }


def _to_check(viewer: Viewer, check_id: str) -> SpotCheck:
    row = _locked(check_id)
    check(viewer, Permission.INSPECTION_DRAW, row.area)
    if row.stratum == Stratum.PERSON.value and row.subject == viewer.staff_id:
        raise AnotherPersonError
    return row


def _locked(check_id: str) -> SpotCheck:
    row = SpotCheck.objects.select_for_update().filter(pk=check_id).first()
    if row is None:
        raise UnknownRecordError
    return row


def _move(row: SpotCheck, action: CheckAction, actor: str, now_s: float) -> None:
    after = next_of(CHECK_LIFE_CYCLE, CheckState(row.state), action)
    moved = SpotCheck.objects.filter(pk=row.pk, state=row.state).update(state=after.value)
    if not moved:
        raise NotPossibleError
    row.state = after.value
    row.save()
    if after in CHECK_LIFE_CYCLE.final:
        keep_until(SUBJECT, row.pk, now_s + KEEP_PICTURES_S)
    defects = has_defects(findings_of(row))
    event = CheckMoved(row.pk, Stratum(row.stratum), action, after, defects, row.dropped_for)
    tell(event, actor, row.area, now_s)
