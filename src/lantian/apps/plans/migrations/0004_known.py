"""When a task was withdrawn, and when a schedule was laid and replaced: what a replay has to know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0003_weights"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="任务撤销时间"),
        ),
        migrations.AddField(
            model_name="milestone",
            name="laid_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="倒排时间"),
        ),
        migrations.AddField(
            model_name="milestone",
            name="replaced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="改排时间"),
        ),
        migrations.RemoveConstraint(
            model_name="milestone",
            name="one_milestone_at_a_place",
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at__isnull", True)),
                fields=("task", "order"),
                name="one_milestone_at_a_place",
            ),
        ),
    ]
