"""Makes the home that a load run needs: the city, many units on duty, a session and a token.

``python -m tests.load.prepare_home COUNT`` in the environment of the server prints one JSON line.
"""

from __future__ import annotations

import json
import sys
import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from wardmote.config.deployment import bring_up_to_date
from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.places import UnitSpec
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import EVERY_UNIT
from wardmote.operations.access.services import grant_role, issue_device_token
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.units.selectors import units_by_id
from wardmote.operations.units.services import load_units, write_on_duty


def main(count: int) -> None:
    bring_up_to_date()
    now_s = time.time()
    whole = places.location_index().whole_area
    city = places.city()
    assert city is not None
    account = open_account("load", "a long password", staff_id="load", name=Bilingual("载", "L"))
    grant_role(account.pk, Role.SUPERVISOR, whole, granted_by="load")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    ids = [UnitId(f"load-{number:05d}") for number in range(count)]
    load_units(
        UnitSpec(unit, unit, "patrol_car", PostId(""), whole, ("patrol_car",), 2) for unit in ids
    )
    rows = units_by_id(ids)
    with transaction.atomic():
        for unit in ids:
            write_on_duty(rows[unit], city.centre_lon, city.centre_lat, actor="load", now_s=now_s)
    token = issue_device_token(EVERY_UNIT, whole, label="load", now_s=now_s)
    print(  # noqa: T201  # the caller reads it
        json.dumps(
            {
                "session": session.session_key,
                "token": token,
                "units": f"load-:{count}",
                "lon": city.centre_lon,
                "lat": city.centre_lat,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
