"""What a bulletin asked for at each moment of its history: what a replay has to know."""

from typing import Any

from django.db import migrations, models


def tell(apps: Any, editor: Any) -> None:
    """Give the requirements that stand to what happened since they were written; what stood before is not known."""
    events = apps.get_model("assessment", "BulletinEvent").objects
    for bulletin in apps.get_model("assessment", "Bulletin").objects.exclude(requirements=""):
        written = events.filter(bulletin=bulletin, kind="written").order_by("-at", "-pk").first()
        if written is not None:
            events.filter(bulletin=bulletin, at__gte=written.at, pk__gte=written.pk).update(
                requirements=bulletin.requirements
            )


class Migration(migrations.Migration):
    dependencies = [("assessment", "0005_findings_anew_and_who_cancelled")]

    operations = [
        migrations.AddField(
            model_name="bulletinevent",
            name="requirements",
            field=models.TextField(blank=True, default="", verbose_name="工作要求"),
            preserve_default=False,
        ),
        migrations.RunPython(tell, migrations.RunPython.noop, elidable=True),
    ]
