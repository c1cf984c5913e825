import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="activationstep",
            name="why",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="neighbour",
            name="border",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("area", models.CharField(db_index=True, max_length=12)),
                ("subject", models.CharField(max_length=10)),
                ("subject_code", models.CharField(db_index=True, max_length=80)),
                ("code", models.CharField(max_length=40)),
                ("drill", models.BooleanField(default=False)),
                ("state", models.CharField(db_index=True, default="offered", max_length=10)),
                ("made_s", models.FloatField()),
                ("answered_by", models.CharField(blank=True, max_length=60)),
                ("answered_s", models.FloatField(null=True)),
                ("activation", models.CharField(blank=True, max_length=40)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="duty.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "offer of a plan",
                "verbose_name_plural": "offers of plans",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "subject", "subject_code"), name="offer_once"
                    )
                ],
            },
        ),
    ]
