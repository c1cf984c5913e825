"""Assessment anew: nothing wrote rules or appeals before this version."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="Appeal"),
        migrations.DeleteModel(name="AssessmentRulesVersion"),
    ]
