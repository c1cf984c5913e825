from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0003_indexes_of_bulletins"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(fields=["id", "area", "category"], name="hazards_for_figures"),
        ),
    ]
