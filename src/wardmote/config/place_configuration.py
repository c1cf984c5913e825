"""Prints the configuration of a real home as JSON, for a training room; changes nothing there.

Run as a program (``python -m wardmote.config.place_configuration``) in the environment of the real
home. Its database connection is told to refuse every change before anything is read.
"""

from __future__ import annotations

import json
import sys

from django.db import connection

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.wsgi import application as _django
from wardmote.core.domain.plain import dump
from wardmote.operations.journal import clock
from wardmote.operations.places.configuration import (
    drawn_key_places,
    drawn_zones,
    posts_now,
    rules_now,
)
from wardmote.operations.units.selectors import all_units, spec_of

assert _django is not None


def refuse_changes() -> None:
    """Let the database refuse whatever would change it, over this connection."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        else:
            cursor.execute("PRAGMA query_only = ON")


def main() -> None:
    """Print units, posts, drawn places and rules in force."""
    refuse_changes()
    rules = [one for one in rules_now(clock.now_s()) if one.kind != "posting"]
    json.dump(
        {
            # The posting in force is the posts as they stand now, and their units.
            "posts": dump(posts_now()),
            "units": dump(tuple(spec_of(unit) for unit in all_units())),
            "key_places": dump(drawn_key_places()),
            "zones": dump(drawn_zones()),
            "rules": [dump(one) for one in rules],
        },
        sys.stdout,
        ensure_ascii=False,
    )


if __name__ == "__main__":
    main()
