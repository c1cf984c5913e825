"""Makes a home with the small place, and compares its rows with its journal.

``python -m tests.faults.small_home make`` prints a session key;
``python -m tests.faults.small_home compare`` prints ``same``, or the difference.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from tests.unit.operations.small_place import SMALL_PLACE

from wardmote.config.deployment import bring_up_to_date
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.board import board_of
from wardmote.core.domain.folding import apply
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.picture import EMPTY_PICTURE
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.people.services import open_account
from wardmote.operations.places.services import load_places
from wardmote.operations.units.selectors import units_by_id
from wardmote.operations.units.services import load_units, write_on_duty


def make() -> str:
    bring_up_to_date()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    with transaction.atomic():
        for unit in units_by_id(one.unit_id for one in SMALL_PLACE.units).values():
            write_on_duty(unit, 111.15, 27.05, actor="test", now_s=clock.now_s())
    account = open_account("fault", "a long password", staff_id="fault", name=Bilingual("错", "F"))
    grant_role(account.pk, Role.SUPERVISOR, EVERYWHERE, granted_by="test")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def difference() -> str:
    folded = EMPTY_PICTURE
    for event in all_events():
        folded = apply(folded, event)
    rows, _places = picture_of_rows()
    by_fold, by_rows = _board(folded), _board(rows)
    for part, found in by_rows.items():
        if part != "units" and found != by_fold[part]:
            return f"{part}: rows {json.dumps(found)} fold {json.dumps(by_fold[part])}"
    return "same"


def _board(picture: Any) -> dict[str, Any]:
    return board_of(picture, server_s=0.0)


if __name__ == "__main__":
    print(make() if sys.argv[1] == "make" else difference())  # noqa: T201  # the test reads it
