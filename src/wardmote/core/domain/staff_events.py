"""What happened among staff: persons, appointments, leave, and entries of their records.

Events carry ids and codes. What an entry is about stays in its row: the journal has more readers
than a personal record.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.appointment import Office, PlaceKind, StaffKind
from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LeaveAction, LeaveKind, LeaveState
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.staff_account import AccountAction


@REGISTRY.register("staff.kept")
@dataclass(frozen=True, slots=True)
class StaffKept(Payload):
    """A member of staff was put on record, or the record was changed.

    Attributes:
        new: whether this person was unknown before.
    """

    person: str
    kind: StaffKind
    new: bool


@REGISTRY.register("staff.appointed")
@dataclass(frozen=True, slots=True)
class StaffAppointed(Payload):
    """Somebody was appointed to an office at a place; the role of the office begins with it.

    Attributes:
        acting: the office is vacant and this person looks after it.
        from_s: seconds UTC, when it begins. to_s: when it ends (<); None while that is open.
    """

    appointment: str
    person: str
    office: Office
    place_kind: PlaceKind
    place: str
    acting: bool
    from_s: float
    to_s: float | None


@REGISTRY.register("staff.appointment_ended")
@dataclass(frozen=True, slots=True)
class StaffAppointmentEnded(Payload):
    """An appointment was given an end; its role ends with it.

    Attributes:
        to_s: seconds UTC, when it ends (<).
        withdrawn: it never began: it was taken back before its first day.
    """

    appointment: str
    person: str
    office: Office
    place_kind: PlaceKind
    place: str
    to_s: float
    withdrawn: bool


@REGISTRY.register("staff.leave_moved")
@dataclass(frozen=True, slots=True)
class StaffLeaveMovedV1(Payload):
    """As `StaffLeaveMoved` was first written: with the kind of leave, which is nobody's business.

    It is read, never written any more.
    """

    leave: str
    person: str
    kind: LeaveKind
    action: LeaveAction | None
    after: LeaveState
    from_s: float
    to_s: float
    deputy: str | None


@REGISTRY.register("staff.leave_moved", version=2)
@dataclass(frozen=True, slots=True)
class StaffLeaveMoved(Payload):
    """A leave was asked for (`action` None), moved through its life cycle, or got another deputy.

    Why somebody is away is in the row alone: that somebody is ill is data on health, opened to
    those who decide about leave (Personal Information Protection Law 2021, art. 28).

    Attributes:
        action: None when it was asked for, and when only the deputy changed (`after` tells).
        from_s, to_s: the person is or would be away in [from_s, to_s), seconds UTC.
        deputy: who deputises; None for nobody.
        deputy_before: who deputised until now; None where that did not change or was nobody.
        to_s_before: when the leave was to end until now; None where that did not change.
    """

    leave: str
    person: str
    action: LeaveAction | None
    after: LeaveState
    from_s: float
    to_s: float
    deputy: str | None
    deputy_before: str | None = None
    to_s_before: float | None = None


@REGISTRY.upgrades(StaffLeaveMovedV1)
def _without_kind(old: StaffLeaveMovedV1) -> StaffLeaveMoved:
    """Version 1 said neither who deputised before nor when the leave was to end."""
    return StaffLeaveMoved(
        old.leave, old.person, old.action, old.after, old.from_s, old.to_s, old.deputy
    )


@REGISTRY.register("staff.account_moved")
@dataclass(frozen=True, slots=True)
class StaffAccountMoved(Payload):
    """Somebody was invited to open an account, opened it, or it was closed or brought back."""

    person: str
    action: AccountAction


@REGISTRY.register("staff.entry_written")
@dataclass(frozen=True, slots=True)
class StaffEntryWritten(Payload):
    """An entry was added to somebody's record; what it says is in the row alone."""

    entry: str
    person: str


@REGISTRY.register("staff.reply_written")
@dataclass(frozen=True, slots=True)
class StaffReplyWritten(Payload):
    """The person concerned replied to an entry of the own record."""

    reply: str
    entry: str
    person: str


@REGISTRY.register("staff.imported")
@dataclass(frozen=True, slots=True)
class StaffImported(Payload):
    """A table of staff was taken over as a whole.

    Attributes:
        added, changed: persons. appointed, ended: appointments made, and given another end.
    """

    table: str
    added: int
    changed: int
    appointed: int
    ended: int


@REGISTRY.register("staff.role_followed")
@dataclass(frozen=True, slots=True)
class StaffRoleFollowed(Payload):
    """A role given by hand went along when its division was merged or moved.

    Attributes:
        before, area: the division that the role held for, and the one from here on.
    """

    person: str
    role: Role
    before: AreaId
    area: AreaId
