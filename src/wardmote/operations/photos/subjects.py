"""What pictures may be about, and who may add and see them. What is not registered is denied.

Each app registers its own subjects when it is ready, because it alone knows its rows and whom they
are open to:

    class HazardsConfig(AppConfig):
        def ready(self) -> None:
            register_subject(Subject("hazard", area_of, may_add, may_see, keep_days=730))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.operations.access.services import AccessDeniedError, Looked, record_look
from wardmote.operations.photos.errors import UnknownSubjectError

AreaOf = Callable[[str], AreaId | None]
Reach = Callable[[Viewer, str], bool]
Disclose = Callable[[Viewer, Looked, Purpose | None, float], None]

KEEP_DAYS = 365


def disclose_by_purpose(
    viewer: Viewer, looked: Looked, purpose: Purpose | None, now_s: float
) -> None:
    """Write down a look for a stated purpose.

    Raises:
        AccessDeniedError: no purpose is stated, or the viewer has no such purpose here.
    """
    if purpose is None or not viewer.may_open_personal_data(looked.area, purpose):
        raise AccessDeniedError("purpose", "" if purpose is None else purpose.value)
    record_look(viewer, Permission.PERSONAL_VIEW, looked, purpose.value, ["picture"], now_s)


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that pictures are about.

    Attributes:
        kind: its code, at most 20 characters.
        area_of: the area of one, by its id; None when there is no such thing.
        may_add, may_see: whether a viewer may add pictures to one and see them.
        keep_days: how long pictures are kept from the day they come in; `keep_until` of the
            services changes that when more is known.
        personal: each look is written down: `disclose` is called in the transaction that reads,
            and raises `AccessDeniedError` when the viewer may not look.
    """

    kind: str
    area_of: AreaOf
    may_add: Reach
    may_see: Reach
    keep_days: int = KEEP_DAYS
    personal: bool = False
    disclose: Disclose = disclose_by_purpose


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Let pictures be kept of a kind of thing; called once, when its app is ready.

    Raises:
        ValueError: its kind is registered already, or its code is too long.
    """
    if subject.kind in _subjects or not 0 < len(subject.kind) <= 20:
        raise ValueError(f"subject {subject.kind!r} cannot be registered")
    _subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """A registered subject.

    Raises:
        UnknownSubjectError: nobody registered it.
    """
    try:
        return _subjects[kind]
    except KeyError:
        raise UnknownSubjectError from None


def by_right(permission: Permission, area_of: AreaOf) -> Reach:
    """A reach by a permission in the subject's area; for subjects that need nothing finer."""

    def reach(viewer: Viewer, subject_id: str) -> bool:
        area = area_of(subject_id)
        return area is not None and viewer.may(permission, area)

    return reach
