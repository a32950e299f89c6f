"""Add the official names of organisations, which their papers bear; the pack fills them at the next start."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_sealed_people")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="official_en",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="英文全称"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="organisation",
            name="official_zh",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="全称"),
            preserve_default=False,
        ),
    ]
