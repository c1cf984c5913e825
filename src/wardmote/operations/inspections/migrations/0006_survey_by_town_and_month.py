"""Invitations and answers keep the town and the month; services are known by a digest alone."""

import datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from wardmote.operations.inspections.surveyed import service_digest

TOWN_DIGITS, AREA_DIGITS = 9, 12


def coarsen(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rows of before are made as coarse as new ones; nothing of the finer is left."""
    services = apps.get_model("inspections", "SurveyedService")
    for row in services.objects.all():
        row.digest = service_digest(row.kind, row.service)
        row.save(update_fields=["digest"])
    for name in ("SurveyToken", "SurveyAnswer"):
        for row in apps.get_model("inspections", name).objects.all():
            row.month = datetime.date(row.month.year, row.month.month, 1)
            row.area = row.area[:TOWN_DIGITS].ljust(AREA_DIGITS, "0")
            row.save(update_fields=["month", "area"])


class Migration(migrations.Migration):
    dependencies = [("inspections", "0005_no_sent_forms")]

    operations = [
        migrations.RenameField("surveytoken", "day", "month"),
        migrations.RenameField("surveyanswer", "day", "month"),
        migrations.AddField(
            "surveyedservice", "digest", models.CharField(default="", max_length=64)
        ),
        migrations.RunPython(coarsen, migrations.RunPython.noop),
        migrations.RemoveConstraint("surveyedservice", "invited_once"),
        migrations.RemoveField("surveyedservice", "kind"),
        migrations.RemoveField("surveyedservice", "service"),
        migrations.AlterField(
            "surveyedservice", "digest", models.CharField(max_length=64, unique=True)
        ),
    ]
