"""Indexes by which pages of cases are read: newest first, by who holds a step, by when something ended."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Change the indexes."""

    dependencies = [("cases", "0003_measures_papers")]

    operations = [
        migrations.RemoveIndex(model_name="casethread", name="open_threads_held"),
        migrations.AlterField(
            model_name="case",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="办结时间"),
        ),
        migrations.AddIndex(model_name="case", index=models.Index(fields=["-opened_at", "-id"], name="cases_newest")),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=Q(closed_at__isnull=True), fields=["-opened_at", "-id"], name="open_cases_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=Q(closed_at__isnull=False), fields=["closed_at"], name="closed_cases"),
        ),
        migrations.AlterField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="merged",
                to="cases.case",
                verbose_name="并入案件",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=Q(merged_into__isnull=False), fields=["merged_into"], name="merged_cases"),
        ),
        migrations.AddIndex(
            model_name="casethread",
            index=models.Index(
                condition=Q(ended_at__isnull=True), fields=["holder", "paused", "due_at"], name="open_threads_of_holder"
            ),
        ),
        migrations.AddIndex(
            model_name="casethread",
            index=models.Index(condition=Q(ended_at__isnull=False), fields=["ended_at"], name="ended_threads"),
        ),
    ]
