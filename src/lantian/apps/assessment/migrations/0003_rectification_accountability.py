"""Problems that inspectors feed back, and what bodies answer for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_sealed_people"),
        ("assessment", "0002_scheme"),
        ("cases", "0006_feedback_origin"),
        ("ledger", "0005_projects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("problem", models.CharField(max_length=60, verbose_name="问题")),
                ("occurrence", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("rule", models.CharField(max_length=40, verbose_name="计入情形")),
                ("at", models.DateTimeField(db_index=True, verbose_name="计入时间")),
                ("title", models.CharField(max_length=200, verbose_name="问题")),
                ("facts", models.JSONField(default=list)),
                ("counted_at", models.DateTimeField(verbose_name="登记时间")),
                ("lapsed_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("withdrawn_why", models.CharField(blank=True, max_length=500, verbose_name="撤销理由")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "计入问题",
                "verbose_name_plural": "计入问题",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000, verbose_name="异议理由")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待复核"), ("upheld", "异议成立"), ("refused", "异议不成立")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="复核意见")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "counted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="assessment.countedproblem",
                        verbose_name="计入问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40, verbose_name="计入情形")),
                ("day", models.DateField(verbose_name="日期")),
                ("title", models.CharField(max_length=200, verbose_name="问题")),
                ("medium", models.CharField(max_length=100, verbose_name="来源")),
                ("struck_on", models.DateField(blank=True, null=True, verbose_name="解决日期")),
                ("at", models.DateTimeField(verbose_name="录入时间")),
                ("synthetic", models.BooleanField(default=False, verbose_name="模拟数据")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="同一案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "录入情形",
                "verbose_name_plural": "录入情形",
                "ordering": ["-day", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FeedbackBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=40, verbose_name="督察来源")),
                ("round", models.CharField(max_length=60, verbose_name="轮次")),
                ("number", models.CharField(max_length=80, verbose_name="反馈文号")),
                ("day", models.DateField(verbose_name="反馈日期")),
                ("made_at", models.DateTimeField(verbose_name="登记时间")),
                ("synthetic", models.BooleanField(default=False, verbose_name="模拟数据")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "反馈清单",
                "verbose_name_plural": "反馈清单",
                "ordering": ["-day", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_number", models.CharField(max_length=20, verbose_name="清单序号")),
                ("text", models.TextField(verbose_name="问题")),
                ("category", models.CharField(max_length=20, verbose_name="类别")),
                ("goal", models.CharField(blank=True, max_length=500, verbose_name="整改目标")),
                ("area_code", models.CharField(blank=True, db_index=True, max_length=12, verbose_name="区域代码")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="经度")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                ("stated", models.DateField(blank=True, null=True, verbose_name="反馈时限")),
                ("deadline", models.DateField(db_index=True, verbose_name="整改时限")),
                ("percent", models.PositiveSmallIntegerField(default=0, verbose_name="进展")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="assessment.feedbackbatch",
                        verbose_name="反馈清单",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectified",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "joint",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.organisation", verbose_name="配合单位"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="牵头单位",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="same",
                        to="assessment.problem",
                        verbose_name="同一问题",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.source",
                        verbose_name="对象",
                    ),
                ),
            ],
            options={
                "verbose_name": "反馈问题",
                "verbose_name_plural": "反馈问题",
                "ordering": ["batch", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.DateField(verbose_name="原时限")),
                ("after", models.DateField(verbose_name="延至")),
                ("reason", models.CharField(max_length=500, verbose_name="延期理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to="assessment.problem",
                        verbose_name="反馈问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "延期",
                "verbose_name_plural": "延期",
                "ordering": ["problem", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProblemImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件")),
                ("content", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("checked", "已试算"), ("done", "已导入"), ("dropped", "已放弃")],
                        default="checked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("fresh", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
                ("alike", models.JSONField(default=list)),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imports",
                        to="assessment.feedbackbatch",
                        verbose_name="反馈清单",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "问题清单导入",
                "verbose_name_plural": "问题清单导入",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("percent", models.PositiveSmallIntegerField(verbose_name="进展")),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="assessment.problem",
                        verbose_name="反馈问题",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.casestep"
                    ),
                ),
            ],
            options={
                "verbose_name": "整改进展",
                "verbose_name_plural": "整改进展",
                "ordering": ["problem", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="督办措施")),
                ("day", models.DateField(verbose_name="日期")),
                ("due", models.DateField(verbose_name="应有结果")),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="督办结果")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.paper",
                        verbose_name="文书",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supervisions",
                        to="assessment.problem",
                        verbose_name="反馈问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办措施",
                "verbose_name_plural": "督办措施",
                "ordering": ["problem", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AccountabilityNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("level", "逐级问责"), ("transfer", "线索移送")], max_length=10, verbose_name="类别"
                    ),
                ),
                ("period", models.CharField(max_length=8, verbose_name="统计期")),
                ("level", models.CharField(blank=True, max_length=40, verbose_name="级别")),
                ("count", models.PositiveSmallIntegerField(verbose_name="累计问题数")),
                ("addressee", models.CharField(blank=True, max_length=60, verbose_name="责任人")),
                ("addressee_title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("grounds", models.CharField(blank=True, max_length=1000, verbose_name="移送理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("decided", "已决定"),
                            ("sent", "已送达"),
                            ("acknowledged", "已签收"),
                            ("cancelled", "已撤销"),
                        ],
                        default="draft",
                        max_length=14,
                        verbose_name="状态",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("body_text", models.JSONField(default=dict)),
                ("docx_sha256", models.CharField(blank=True, max_length=64)),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decision", models.CharField(blank=True, max_length=500, verbose_name="决定意见")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="签收时间")),
                ("result", models.CharField(blank=True, max_length=1000, verbose_name="处理结果")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("cancelled_why", models.CharField(blank=True, max_length=500, verbose_name="撤销理由")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="主送单位",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "问责文书",
                "verbose_name_plural": "问责文书",
                "ordering": ["-drafted_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True), ("kind", "level")),
                        fields=("body", "period", "level"),
                        name="one_standing_notice_of_a_level",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("number",),
                        name="one_notice_of_a_number",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="countedproblem",
            constraint=models.UniqueConstraint(
                fields=("body", "problem", "occurrence"), name="a_problem_counts_once_for_a_body"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("counted",), name="one_open_appeal_of_a_problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.UniqueConstraint(fields=("rule", "body", "day", "title"), name="an_exposure_once"),
        ),
        migrations.AddConstraint(
            model_name="feedbackbatch",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="one_feedback_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(fields=("batch", "list_number"), name="one_problem_of_a_list_number"),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__lte", 100)), name="progress_up_to_100_percent"
            ),
        ),
    ]
