import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0003_longer_policy_versions"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatrolRecord",
            fields=[
                (
                    "id",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("made_s", models.FloatField(db_index=True)),
                ("until_s", models.FloatField()),
                ("length_m", models.FloatField()),
                ("way_share", models.FloatField(null=True)),
                ("planned", models.JSONField(default=list)),
                ("visited", models.JSONField(default=list)),
                ("cut_short", models.BooleanField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patrol_records",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "patrol record",
                "verbose_name_plural": "patrol records",
            },
        ),
    ]
