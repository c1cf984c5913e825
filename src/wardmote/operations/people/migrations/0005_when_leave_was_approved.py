"""When leave was approved: of what was decided since, as near as its row tells."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def tell(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Of leave that was recalled only when it was asked for is still in the row."""
    rows = apps.get_model("people", "Leave").objects
    rows.filter(state="approved").update(approved_s=F("decided_s"))
    rows.filter(state="recalled").update(approved_s=F("asked_s"))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_accounts_begin_and_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="leave",
            name="approved_s",
            field=models.FloatField(null=True),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
