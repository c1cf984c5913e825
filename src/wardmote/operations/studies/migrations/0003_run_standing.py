"""Best value and bound of a search, while it runs."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studies", "0002_failed_and_restored_adoptions")]

    operations = [
        migrations.AddField(model_name="run", name="standing", field=models.JSONField(null=True)),
    ]
