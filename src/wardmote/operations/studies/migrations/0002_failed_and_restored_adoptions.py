"""Why an adoption could not take effect, and by which one it was replaced."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studies", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="superseded_by",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="adoption", name="failure", field=models.JSONField(null=True)
        ),
    ]
