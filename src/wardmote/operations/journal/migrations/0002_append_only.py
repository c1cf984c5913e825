"""Lets the database itself refuse to change or delete a journal entry."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = (
    "CREATE TRIGGER journal_keeps_entries_{verb} BEFORE {verb} ON journal_journalentry "
    "BEGIN SELECT RAISE(ABORT, 'journal entries are never changed or deleted'); END"
)
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION journal_keeps_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'journal entries are never changed or deleted';
END $$
"""
_POSTGRESQL = (
    "CREATE TRIGGER journal_keeps_entries BEFORE UPDATE OR DELETE ON journal_journalentry "
    "FOR EACH ROW EXECUTE FUNCTION journal_keeps_entries()"
)


def forbid_changes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL_FUNCTION)
        schema_editor.execute(_POSTGRESQL)


def allow_changes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers, for going back to a release before this one."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER journal_keeps_entries_{verb}")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER journal_keeps_entries ON journal_journalentry")
        schema_editor.execute("DROP FUNCTION journal_keeps_entries()")


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(forbid_changes, allow_changes)]
