"""Lateness is kept when a part is given again, and links tell since and until when they stood."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def link_since_the_report(apps, schema_editor):
    """Links were made when the later of the two hazards was reported."""
    reported = apps.get_model("hazards", "Hazard").objects.filter(pk=OuterRef("hazard"))
    links = apps.get_model("hazards", "HazardRepeat").objects
    links.update(linked_s=Subquery(reported.values("reported_s")))


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0005_index_of_standing_hazards"),
    ]

    operations = [
        migrations.AddField(
            model_name="hazardpart",
            name="again_s",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="hazardrepeat",
            name="linked_s",
            field=models.FloatField(default=0.0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="hazardrepeat",
            name="ended_s",
            field=models.FloatField(null=True),
        ),
        migrations.RunPython(
            link_since_the_report, migrations.RunPython.noop
        ),
        migrations.RemoveConstraint(
            model_name="hazardrepeat",
            name="repeat_once",
        ),
        migrations.AddConstraint(
            model_name="hazardrepeat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_s", None)),
                fields=("hazard", "earlier"),
                name="repeat_once",
            ),
        ),
        migrations.RemoveIndex(
            model_name="hazard",
            name="hazards_reported",
        ),
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(
                fields=["reported_s", "area", "state", "ended_s", "round"],
                name="hazards_reported",
            ),
        ),
    ]
