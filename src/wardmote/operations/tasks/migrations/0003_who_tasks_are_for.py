"""Whose tasks are: named, or by office; and the token of a consent's form."""

from django.db import migrations, models

_LIVING = ("planned", "open", "under_way")


def tell_who_was_named(apps, schema_editor):
    """Living tasks that a person handed over or ordered stay with whom they were given to."""
    tasks = apps.get_model("tasks", "Task").objects.filter(state__in=_LIVING).exclude(holder="")
    tasks.filter(rule="by_hand").update(chosen=True)
    steps = apps.get_model("tasks", "TaskStep").objects
    given = steps.filter(task__in=tasks, action="hand_over").order_by("revision")
    newest = {step.task_id: step for step in given.iterator(chunk_size=1_000)}
    for task_id, step in newest.items():
        if step.reason == "leave" and step.by.startswith("rule:"):
            tasks.filter(pk=task_id).update(instead_of=step.holder_before)
        elif not step.by.startswith("rule:"):
            tasks.filter(pk=task_id).update(chosen=True)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_indexes_without_conditions")]

    operations = [
        migrations.AddField(
            model_name="careconsent",
            name="entered",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="task",
            name="chosen",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="task",
            name="instead_of",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.RunPython(tell_who_was_named, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["instead_of", "state"], name="tasks_stood_in_for"),
        ),
    ]
