"""Who goes with whoever may not do a task alone; living checks of premises are such tasks."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_LIVING = ("planned", "open", "under_way")


def mark_inspections(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The next look at who has what names the officers."""
    task = apps.get_model("tasks", "Task")
    task.objects.filter(kind="inspection", state__in=_LIVING, drill=False).update(
        needs_officer=True
    )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_indexes_of_bulletins")]

    operations = [
        migrations.AddField("task", "needs_officer", models.BooleanField(default=False)),
        migrations.AddField(
            "task", "officer", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddField(
            "task", "officer_gap", models.CharField(blank=True, default="", max_length=30)
        ),
        migrations.AddIndex(
            "task", models.Index(fields=["officer", "state"], name="tasks_of_officer")
        ),
        migrations.RunPython(mark_inspections, migrations.RunPython.noop),
    ]
