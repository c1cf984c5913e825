"""Taking in tables of places and files of boundaries: read, look, say yes; whole or not at all.

What an import does is worked out before the transaction that does it, and held against the tree of
places there: while a large file is planned, calls are entered undisturbed.
"""

from __future__ import annotations

import datetime
import hashlib
import zlib

import msgspec
from django.db import IntegrityError, transaction

from wardmote.core.domain.areas import EVERYWHERE, is_area_code
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.dependants import dependants_of
from wardmote.operations.places.errors import (
    BadPlaceError,
    ImportHasProblemsError,
    ImportOvertakenError,
    UnknownImportError,
)
from wardmote.operations.places.lines import PlaceLines
from wardmote.operations.places.models import PlaceImport
from wardmote.operations.places.services.changing import DAY, lock_places
from wardmote.operations.places.services.planning_boundaries import plan_boundaries
from wardmote.operations.places.services.planning_imports import (
    ImportOptions,
    Outcome,
    plan_places,
)
from wardmote.operations.places.services.taking_in import (
    Ready,
    ready_boundaries,
    ready_places,
    write,
)

PLACES, BOUNDARIES = "places", "boundaries"
KEPT_S = 86_400.0
"""What was read and never taken in is dropped after a day, by the clock."""


def keep_read(
    viewer: Viewer,
    file: PlaceLines,
    options: ImportOptions,
    *,
    source: str,
    label: str,
    now_s: float,
) -> str:
    """Keep what was read of a file until its reader says yes or no; returns the import's id.

    Args:
        source: ``places`` or ``boundaries``.
        label: what the file was called.

    Raises:
        AccessDeniedError: the viewer may not change places anywhere.
        BadPlaceError: the division of the whole list is none.
    """
    if not viewer.holds_anywhere(Permission.CONFIGURATION_EDIT):
        raise AccessDeniedError
    if options.whole_of and (not is_area_code(options.whole_of) or options.whole_of == EVERYWHERE):
        raise BadPlaceError(field="whole_of")
    kept = PlaceImport.objects.create(
        id=new_id(now_s),
        source=source,
        file_label=label[:120],
        options=msgspec.to_builtins(options),
        data=zlib.compress(msgspec.json.encode(file)),
        made_by=viewer.staff_id,
        made_s=now_s,
    )
    return kept.pk


def forget_old_imports(now_s: float) -> int:
    """Empty what was read and not taken in within a day; returns how many imports that were."""
    old = PlaceImport.objects.filter(made_s__lt=now_s - KEPT_S).exclude(data=b"")
    return old.update(data=b"")


def look_at_import(viewer: Viewer, import_id: str, *, now_s: float) -> tuple[PlaceImport, Outcome]:
    """What an import would do now. Only who read the file looks at it.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
    """
    row = _import(viewer, import_id)
    return row, _outcome(viewer, row, local_day(now_s))


def digest_of(outcome: Outcome) -> str:
    """Tells one outcome from another."""
    said = msgspec.json.encode([outcome.added, outcome.changed, outcome.ended, outcome.unchanged])
    return hashlib.sha256(said).hexdigest()


def take_in(viewer: Viewer, import_id: str, digest: str, *, now_s: float) -> Outcome:
    """Carry an import out, whole.

    Args:
        digest: of the outcome that the viewer was shown.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
        ImportHasProblemsError: a row does not fit; nothing is taken in.
        ImportOvertakenError: it would do something else by now.
    """
    today, version = local_day(now_s), tree.version()
    row = _import(viewer, import_id)
    outcome = _outcome(viewer, row, today)
    if outcome.problems:
        raise ImportHasProblemsError(count=len(outcome.problems))
    if digest_of(outcome) != digest:
        raise ImportOvertakenError
    if row.source == PLACES:
        ready = ready_places(_file(row), _options(row), outcome, today)
    else:
        ready = ready_boundaries(viewer, _file(row), _options(row), outcome, today, now_s)
    try:
        with transaction.atomic():
            row = _import(viewer, import_id, lock=True)
            lock_places(ready.codes())
            if tree.version() != version or _leaned_on_now(viewer, outcome, ready):
                raise ImportOvertakenError
            write(viewer, row, ready, outcome, now_s)
            row.data, row.applied_s = b"", now_s
            row.counts = {
                "added": len(outcome.added),
                "changed": len(outcome.changed),
                "ended": len(outcome.ended),
            }
            row.save()
            transaction.on_commit(selectors.forget)
    except IntegrityError as error:  # a code was given meanwhile
        raise ImportOvertakenError from error
    return outcome


def _leaned_on_now(viewer: Viewer, outcome: Outcome, ready: Ready) -> bool:
    """Whether something in another capability hangs by now on a place that is to end."""
    ending = {one.code for one in outcome.ended}
    ending |= {one.code for one in outcome.changed if "last" in dict(one.changes)}
    lasts = {row.pk: row.valid_to for row in ready.old if row.pk in ending and row.valid_to}
    if not lasts:
        return False
    return bool(dependants_of(viewer, list(lasts), min(lasts.values()) + DAY))


def give_up_import(viewer: Viewer, import_id: str) -> None:
    """Drop what was read of a file.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
    """
    with transaction.atomic():
        row = _import(viewer, import_id, lock=True)
        row.data = b""
        row.save(update_fields=["data"])


def _import(viewer: Viewer, import_id: str, *, lock: bool = False) -> PlaceImport:
    rows = PlaceImport.objects.select_for_update() if lock else PlaceImport.objects.all()
    row = rows.filter(pk=import_id, made_by=viewer.staff_id, applied_s=None).first()
    if row is None or not bytes(row.data):
        raise UnknownImportError
    return row


def _file(row: PlaceImport) -> PlaceLines:
    return msgspec.json.decode(zlib.decompress(bytes(row.data)), type=PlaceLines)


def _options(row: PlaceImport) -> ImportOptions:
    return msgspec.convert(row.options, ImportOptions)


def _outcome(viewer: Viewer, row: PlaceImport, today: datetime.date) -> Outcome:
    plan = plan_places if row.source == PLACES else plan_boundaries
    return plan(viewer, _file(row), _options(row), today)
