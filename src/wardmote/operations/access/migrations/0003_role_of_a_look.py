"""A look says under which role it was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A look says under which role it was."""

    dependencies = [
        ("access", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="role",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="staff_id",
            field=models.CharField(db_index=True, max_length=40),
        ),
    ]
