"""What grids were cut from, for editing them by hand; last days of postings."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studies", "0003_run_standing")]

    operations = [
        migrations.AddField(
            model_name="adoption", name="ends_s", field=models.FloatField(null=True)
        ),
        migrations.CreateModel(
            name="GridGround",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("data", models.BinaryField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grid_grounds",
                        to="studies.run",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="studyplan",
            name="grid_ground",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="plans",
                to="studies.gridground",
            ),
        ),
    ]
