"""Notes of places have a kind, a label, and who ended them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Notes of places have a kind, a label, and who ended them."""

    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="premisenote",
            name="ended_by",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="premisenote",
            name="kind",
            field=models.CharField(default="other", max_length=20),
        ),
        migrations.AddField(
            model_name="premisenote",
            name="label",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
