"""Why hours were taken for sand dust."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the reason of a sand-dust decision."""

    dependencies = (("telemetry", "0001_initial"),)

    operations = (
        migrations.AddField(
            model_name="sanddustdecision",
            name="reason",
            field=models.TextField(blank=True, verbose_name="理由"),
        ),
    )
