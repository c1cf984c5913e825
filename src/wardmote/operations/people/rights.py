"""Who may see and change what about staff. What is not listed is denied.

A person sees the own page and record always. Others need the right in the area of the person; an
appointment needs the right of its office in the area of the place.
"""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.people.errors import NotYourselfError, UnknownPersonError
from wardmote.operations.people.models import Person


def person_of(staff_id: str) -> Person:
    """A person.

    Raises:
        UnknownPersonError: there is none of this number.
    """
    row = Person.objects.filter(pk=staff_id).first()
    if row is None:
        raise UnknownPersonError(staff_id=staff_id)
    return row


def person_locked(staff_id: str) -> Person:
    """A person, locked until the transaction ends.

    Raises:
        UnknownPersonError: there is none of this number.
    """
    row = Person.objects.select_for_update().filter(pk=staff_id).first()
    if row is None:
        raise UnknownPersonError(staff_id=staff_id)
    return row


def may_see(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may read the page of a person."""
    own = bool(viewer.staff_id) and viewer.staff_id == person.pk
    return own or viewer.may(Permission.STAFF_VIEW, AreaId(person.area))


def may_open_record(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may open the record of a person."""
    own = bool(viewer.staff_id) and viewer.staff_id == person.pk
    return own or viewer.may(Permission.STAFF_RECORD, AreaId(person.area))


def check(viewer: Viewer, permission: Permission, area: str) -> None:
    """Refuse unless the viewer holds `permission` in `area`.

    Raises:
        AccessDeniedError: it is not held there.
    """
    if not viewer.may(permission, AreaId(area)):
        raise AccessDeniedError("area" if viewer.holds_anywhere(permission) else "role")


def check_other(viewer: Viewer, *staff_ids: str | None) -> None:
    """Refuse what nobody does about the own person.

    Raises:
        NotYourselfError: the viewer is among the persons.
    """
    if viewer.staff_id in staff_ids:
        raise NotYourselfError
