"""Lets the database itself refuse a second holder, a second leave, and a changed entry.

PostgreSQL's triggers take a lock of the place and office (of the person) first, so that two
transactions that have not seen each other cannot both appoint; SQLite has one writer at a time.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ONE_HOLDER = "this office already has a holder at that time"
ONE_LEAVE = "this person is already on leave at that time"
KEPT = "entries of staff records are never changed or deleted"

_HOLDER_CLASH = """
    SELECT 1 FROM people_appointment
    WHERE place = NEW.place AND place_kind = NEW.place_kind AND office = NEW.office
      AND sole AND NOT withdrawn AND id <> NEW.id
      AND from_day <= COALESCE(NEW.to_day, '9999-12-31')
      AND NEW.from_day <= COALESCE(to_day, '9999-12-31')
"""
_LEAVE_CLASH = """
    SELECT 1 FROM people_leave
    WHERE person_id = NEW.person_id AND id <> NEW.id
      AND state IN ('approved', 'recalled')
      AND from_s < NEW.to_s AND NEW.from_s < to_s
"""
_HOLDS = "NEW.sole AND NOT NEW.withdrawn"
_TAKEN = "NEW.state IN ('approved', 'recalled')"
_RULES = (
    ("one_holder", "people_appointment", _HOLDS, _HOLDER_CLASH, ONE_HOLDER),
    ("one_leave", "people_leave", _TAKEN, _LEAVE_CLASH, ONE_LEAVE),
)
_LOCKS = {
    "one_holder": "hashtextextended(NEW.office || ':' || NEW.place_kind || ':' || NEW.place, 7)",
    "one_leave": "hashtextextended(NEW.person_id, 11)",
}
_KEPT_TABLES = ("people_staffentry", "people_staffreply")


def refuse(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        for statement in _sqlite():
            schema_editor.execute(statement)
    elif vendor == "postgresql":
        for statement in _postgresql():
            schema_editor.execute(statement)


def _sqlite() -> list[str]:
    made = []
    for name, table, when, clash, says in _RULES:
        made += [
            f"CREATE TRIGGER people_{name}_{verb} BEFORE {verb} ON {table} WHEN {when} "
            f"AND EXISTS ({clash}) BEGIN SELECT RAISE(ABORT, '{says}'); END"
            for verb in ("INSERT", "UPDATE")
        ]
    for table in _KEPT_TABLES:
        made += [
            f"CREATE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return made


def _postgresql() -> list[str]:
    made = []
    for name, table, when, clash, says in _RULES:
        made += [
            f"CREATE FUNCTION people_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"BEGIN\n  IF {when} THEN\n    PERFORM pg_advisory_xact_lock({_LOCKS[name]});\n"
            f"    IF EXISTS ({clash}) THEN\n"
            f"      RAISE EXCEPTION '{says}' USING ERRCODE = 'exclusion_violation';\n"
            "    END IF;\n  END IF;\n  RETURN NEW;\nEND $$",
            f"CREATE TRIGGER people_{name} BEFORE INSERT OR UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION people_{name}()",
        ]
    made.append(
        "CREATE FUNCTION people_entries_kept() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n  RAISE EXCEPTION '{KEPT}';\nEND $$"
    )
    made += [
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION people_entries_kept()"
        for table in _KEPT_TABLES
    ]
    return made


def allow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers, for going back to a release before this one."""
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        names = [f"people_{name}_{verb}" for name, *_ in _RULES for verb in ("INSERT", "UPDATE")]
        names += [f"{table}_kept_{verb}" for table in _KEPT_TABLES for verb in ("UPDATE", "DELETE")]
        for trigger in names:
            schema_editor.execute(f"DROP TRIGGER {trigger}")
    elif vendor == "postgresql":
        for name, table, *_ in _RULES:
            schema_editor.execute(f"DROP TRIGGER people_{name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION people_{name}()")
        for table in _KEPT_TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
        schema_editor.execute("DROP FUNCTION people_entries_kept()")


class Migration(migrations.Migration):
    """Triggers of appointments, leave and records."""

    dependencies = [("people", "0002_staff")]
    operations = [migrations.RunPython(refuse, allow)]
