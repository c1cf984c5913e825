"""Carrying out a line of the command line: one verb, the same services as the buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.command_words import Verb
from wardmote.core.domain.commands import Command, CommandError, Word, find_call, find_unit
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import KnownAssignment, OperationalPicture
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents import services as incidents
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.web.api.answers import ApiError, not_found
from wardmote.web.live.sight import sight_of

_STATUS: Mapping[Verb, AssignmentAction] = {
    Verb.ACKNOWLEDGE: AssignmentAction.ACKNOWLEDGE,
    Verb.DEPART: AssignmentAction.DEPART,
    Verb.ARRIVE: AssignmentAction.ARRIVE,
    Verb.REPORT: AssignmentAction.REPORT,
    Verb.CLEAR: AssignmentAction.CLEAR,
    Verb.REFUSE: AssignmentAction.REFUSE,
}
_SEND: Mapping[Verb, str] = {
    Verb.DISPATCH: "assign",
    Verb.RESERVE: "reserve",
    Verb.STACK: "stack",
    Verb.PREEMPT: "preempt",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What a line did, as a sentence, and the call that it was about."""

    message: str
    incident: IncidentId | None


class CommandRunner:
    """Runs one command for one viewer in the caller's transaction."""

    def __init__(self, viewer: Viewer, command: Command, now_s: float) -> None:
        self._viewer = viewer
        self._command = command
        self._now_s = now_s
        self._picture = visible_picture(viewer)
        self._units_named = [self._unit(word) for word in command.units]

    def run(self) -> Done:
        """Carry the command out.

        Raises:
            CommandError: a word means no call or unit, or several.
            ApiError: the verb is one for the page alone.
            RefusedError, AccessDeniedError: the service refused.
        """
        verb = self._command.verb
        if verb in _SEND:
            return self._send(_SEND[verb])
        if verb in _STATUS:
            return self._status(_STATUS[verb])
        run = self._others().get(verb)
        if run is None:
            raise ApiError(
                422, "page_only", _("This command only changes what a page shows."), column=0
            )
        return run()

    def _others(self) -> Mapping[Verb, Callable[[], Done]]:
        return {
            Verb.WITHDRAW: self._withdraw,
            Verb.RECOMMEND: self._recommend,
            Verb.ALARM_LEVEL: self._alarm_level,
            Verb.ROUTE: self._route,
            Verb.PRIORITY: self._classify,
            Verb.CATEGORY: self._classify,
            Verb.LOCATE: self._locate,
            Verb.NOTE: self._note,
            Verb.LINK: self._link,
            Verb.UNLINK: self._unlink,
            Verb.CLOSE: self._close,
            Verb.CANCEL: lambda: self._move_call(IncidentAction.CANCEL),
            Verb.REOPEN: self._reopen,
            Verb.ANSWER: self._answer,
            Verb.ON_DUTY: self._on_duty,
            Verb.OFF_DUTY: self._off_duty,
            Verb.AVAILABLE: lambda: self._available(available=True),
            Verb.UNAVAILABLE: lambda: self._available(available=False),
        }

    # --- what words mean ---------------------------------------------------------------------

    def _call(self) -> IncidentId:
        word = self._command.call
        if word is None:
            raise CommandError("missing", 0, argument="call", kind="incident")
        return find_call(self._picture, word)

    def _unit(self, word: Word) -> UnitId:
        return find_unit(self._picture, word)

    def _call_signs(self, units: Sequence[UnitId]) -> str:
        known = self._picture.units
        return ", ".join(known[unit].call_sign if unit in known else unit for unit in units)

    def _job(self, unit: UnitId, word: Word) -> KnownAssignment:
        active = self._picture.units[unit].active
        job = None if active is None else self._picture.assignments.get(active)
        if job is None:
            raise ApiError(
                409,
                "no_job",
                _("Unit %(unit)s has no call now.") % {"unit": self._picture.units[unit].call_sign},
                column=word.column,
            )
        return job

    # --- units -------------------------------------------------------------------------------

    def _send(self, mode: str) -> Done:
        call = self._call()
        dispatch.assign(
            self._viewer,
            call,
            self._units_named,
            now_s=self._now_s,
            mode=mode,
            override_reason=self._command.reason,
        )
        message = _("Sent: %(units)s.") % {"units": self._call_signs(self._units_named)}
        return Done(message, call)

    def _status(self, action: AssignmentAction) -> Done:
        call = None
        for unit, word in zip(self._units_named, self._command.units, strict=True):
            job = self._job(unit, word)
            call = job.incident
            dispatch.act(
                self._viewer,
                AssignmentId(job.assignment),
                action,
                now_s=self._now_s,
                reason=self._command.reason or self._command.feedback or "",
            )
            if self._command.text:
                dispatch.add_note(self._viewer, call, self._command.text, now_s=self._now_s)
        return Done(self._written(), call)

    def _withdraw(self) -> Done:
        call = self._call()
        for unit, word in zip(self._units_named, self._command.units, strict=True):
            living = [
                one
                for one in self._picture.assignments.values()
                if one.incident == call and one.unit == unit
            ]
            if not living:
                raise ApiError(
                    409,
                    "not_sent",
                    _("Unit %(unit)s is not sent to this call.")
                    % {"unit": self._picture.units[unit].call_sign},
                    column=word.column,
                )
            dispatch.act(
                self._viewer,
                living[0].assignment,
                AssignmentAction.CANCEL,
                now_s=self._now_s,
                reason=self._command.reason or "not_needed",
            )
        return Done(self._written(), call)

    def _on_duty(self) -> Done:
        for unit in self._units_named:
            dispatch.go_on_duty(self._viewer, unit, now_s=self._now_s)
        return Done(self._written(), None)

    def _off_duty(self) -> Done:
        for unit in self._units_named:
            dispatch.go_off_duty(self._viewer, unit, now_s=self._now_s)
        return Done(self._written(), None)

    def _available(self, *, available: bool) -> Done:
        for unit in self._units_named:
            dispatch.set_availability(
                self._viewer, unit, available, now_s=self._now_s, reason=self._command.reason
            )
        return Done(self._written(), None)

    # --- calls -------------------------------------------------------------------------------

    def _move_call(
        self, action: IncidentAction, disposition: str | None = None, call: IncidentId | None = None
    ) -> Done:
        about = self._call() if call is None else call
        dispatch.act_on_call(
            self._viewer,
            about,
            action,
            now_s=self._now_s,
            reason=self._command.reason,
            disposition=disposition,
        )
        return Done(self._written(), about)

    def _close(self) -> Done:
        call = self._call()
        if self._command.text:
            dispatch.add_note(self._viewer, call, self._command.text, now_s=self._now_s)
        return self._move_call(IncidentAction.CLOSE, self._command.disposition)

    def _reopen(self) -> Done:
        word = self._command.call
        rows = incident_selectors.visible(self._viewer)
        said = "" if word is None else word.text
        ended = list(
            rows.filter(number__endswith=said, state__in=("closed", "cancelled")).order_by(
                "-received_s"
            )[:2]
        )
        if not said or not ended:
            raise CommandError("unknown_call", 0 if word is None else word.column, found=said)
        return self._move_call(IncidentAction.REOPEN, call=IncidentId(ended[0].pk))

    def _recommend(self) -> Done:
        call = self._call()
        dispatch.request_recommendation(self._viewer, call, now_s=self._now_s)
        return Done(_("Asked again. The answer appears as soon as it is worked out."), call)

    def _alarm_level(self) -> Done:
        call = self._call()
        incidents.raise_alarm_level(
            self._viewer,
            call,
            self._command.number or 0,
            self._command.reason or "new_information",
            self._now_s,
        )
        return Done(self._written(), call)

    def _route(self) -> Done:
        call = self._call()
        incidents.route(self._viewer, call, now_s=self._now_s)
        return Done(self._written(), call)

    def _classify(self) -> Done:
        call = self._call()
        incidents.reclassify(
            self._viewer,
            call,
            category=self._command.category,
            priority=self._command.priority,
            reason=self._command.reason or "new_information",
            now_s=self._now_s,
        )
        return Done(self._written(), call)

    def _locate(self) -> Done:
        call = self._call()
        known = self._picture.incidents[call]
        near = None if known.lon is None or known.lat is None else (known.lon, known.lat)
        hits = city_runtime().gazetteer.search(self._command.text, near=near, limit=1)
        if not hits:
            raise ApiError(
                422, "unknown_place", _("No such place was found. Try a crossing or a landmark.")
            )
        incidents.relocate(
            self._viewer, call, hits[0].lon, hits[0].lat, self._command.text, now_s=self._now_s
        )
        return Done(self._written(), call)

    def _note(self) -> Done:
        call = self._call()
        dispatch.add_note(self._viewer, call, self._command.text, now_s=self._now_s)
        return Done(self._written(), call)

    def _link(self) -> Done:
        call = self._call()
        word = self._command.primary
        if word is None:
            raise CommandError("missing", 0, argument="primary", kind="incident")
        primary = find_call(self._picture, word)
        dispatch.link_calls(self._viewer, call, primary, now_s=self._now_s)
        return Done(self._written(), primary)

    def _unlink(self) -> Done:
        word = self._command.call
        said = "" if word is None else word.text
        merged = incident_selectors.visible(self._viewer).filter(state="merged")
        row = merged.filter(number__endswith=said).order_by("-received_s").first()
        if row is None or row.primary_id is None or not said:
            raise CommandError("unknown_call", 0 if word is None else word.column, found=said)
        dispatch.unlink_calls(
            self._viewer, IncidentId(row.pk), IncidentId(row.primary_id), now_s=self._now_s
        )
        return Done(self._written(), IncidentId(row.pk))

    def _answer(self) -> Done:
        call = self._call()
        standing = [one for one in self._picture.alarms.values() if one.incident == call]
        if not standing:
            raise not_found()
        for alarm in standing:
            dispatch.answer_alarm(self._viewer, alarm.alarm, now_s=self._now_s)
        return Done(self._written(), call)

    def _written(self) -> str:
        return _("Done.")


def visible_picture(viewer: Viewer) -> OperationalPicture:
    """The picture with only those calls and units that the viewer may name."""
    picture, _places = picture_of_rows()
    sight = sight_of(viewer)
    return OperationalPicture(
        seq=picture.seq,
        incidents=PersistentMap(
            (key, call)
            for key, call in picture.incidents.items()
            if viewer.may(Permission.INCIDENT_VIEW, call.area)
        ),
        units=PersistentMap(
            (key, unit) for key, unit in picture.units.items() if sight.sees_unit(key, unit.area)
        ),
        assignments=picture.assignments,
        alarms=picture.alarms,
    )
