"""Whose article a task stands on: tasks that were taken over from another plan's text name that document."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from lantian.policy.reader import load_pack


def name_documents(apps: Any, _schema_editor: Any) -> None:
    """Name the document of each task that a review took over, and of its parts."""
    tasks = apps.get_model("plans", "Task").objects
    for task in tasks.filter(proposal__isnull=False).select_related("proposal__plan"):
        plan, header = task.proposal.plan, load_pack(settings.PACK).header
        named = plan.number or plan.title
        if named not in (header.source, header.zh):
            family = Q(pk=task.pk) | Q(parent=task.pk) | Q(parent__parent=task.pk)
            tasks.filter(family).update(document=named)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0004_known"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="task",
            options={"ordering": ["document", "article", "pk"], "verbose_name": "任务", "verbose_name_plural": "任务"},
        ),
        migrations.AddField(
            model_name="task",
            name="document",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="所依文件"),
            preserve_default=False,
        ),
        migrations.RunPython(name_documents, migrations.RunPython.noop),
    ]
