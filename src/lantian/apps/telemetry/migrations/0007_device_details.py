from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("telemetry", "0006_push_upto"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="details",
            field=models.JSONField(blank=True, default=dict, verbose_name="附加信息"),
        ),
    ]
