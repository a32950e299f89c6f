"""Cases of problems that inspectors feed back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_measure_pauses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="origin",
            field=models.CharField(
                choices=[
                    ("alarm", "报警"),
                    ("lead", "部门移送"),
                    ("call", "街乡吹哨"),
                    ("case", "另案"),
                    ("own", "自行发现"),
                    ("complaint", "投诉举报"),
                    ("inspection", "检查发现"),
                    ("split", "分案"),
                    ("feedback", "督察反馈"),
                ],
                max_length=12,
                verbose_name="来源",
            ),
        ),
    ]
