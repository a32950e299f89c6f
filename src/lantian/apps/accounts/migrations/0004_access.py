import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("duty", "值班调度岗"),
                            ("bureau", "行业主管岗"),
                            ("street", "街乡岗"),
                            ("enforcement", "执法岗"),
                            ("community", "社区网格岗"),
                            ("enterprise", "企业岗"),
                            ("viewer", "只读岗"),
                            ("system-admin", "系统管理岗"),
                            ("security-admin", "安全管理岗"),
                            ("audit-admin", "审计管理岗"),
                        ],
                        max_length=32,
                        verbose_name="岗位",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="任职起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="任职止")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("approved", models.BooleanField(null=True, verbose_name="同意")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
            ],
            options={
                "verbose_name": "岗位申请",
                "verbose_name_plural": "岗位申请",
                "ordering": ("-asked_at",),
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
            ],
            options={
                "verbose_name": "恢复码",
                "verbose_name_plural": "恢复码",
            },
        ),
        migrations.CreateModel(
            name="SecurityRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "min_length",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(8),
                            django.core.validators.MaxValueValidator(64),
                        ],
                        verbose_name="口令最短长度",
                    ),
                ),
                (
                    "classes",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(4),
                        ],
                        verbose_name="字符类别数",
                    ),
                ),
                (
                    "remember",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="不得重用前几个口令",
                    ),
                ),
                (
                    "max_age_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="口令有效天数",
                    ),
                ),
                (
                    "idle_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(480),
                        ],
                        verbose_name="闲置退出分钟数",
                    ),
                ),
                (
                    "sessions",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="每人同时在线数",
                    ),
                ),
                (
                    "failures",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(3),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="锁定前失败次数",
                    ),
                ),
                (
                    "lock_minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="锁定分钟数",
                    ),
                ),
                ("factor_roles", models.JSONField(blank=True, default=list, verbose_name="必须启用动态口令的岗位")),
                ("changed_at", models.DateTimeField(null=True, verbose_name="修改时间")),
            ],
            options={
                "verbose_name": "安全规则",
                "verbose_name_plural": "安全规则",
            },
        ),
        migrations.RemoveConstraint(
            model_name="post",
            name="one_post_of_a_kind",
        ),
        migrations.AddField(
            model_name="area",
            name="kept_here",
            field=models.BooleanField(default=False, verbose_name="由本系统维护"),
        ),
        migrations.AddField(
            model_name="area",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="accounts.area",
                verbose_name="承继区域",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="kept_here",
            field=models.BooleanField(default=False, verbose_name="由本系统维护"),
        ),
        migrations.AddField(
            model_name="post",
            name="head",
            field=models.CharField(
                blank=True,
                choices=[("party", "党委负责人"), ("government", "政府负责人")],
                max_length=16,
                verbose_name="负责人",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="title",
            field=models.CharField(blank=True, max_length=60, verbose_name="职务"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                fields=("person", "role", "organisation", "area", "valid_from"), name="one_post_of_a_kind"
            ),
        ),
        migrations.AddField(
            model_name="postrequest",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.area",
                verbose_name="区域",
            ),
        ),
        migrations.AddField(
            model_name="postrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="申请人",
            ),
        ),
        migrations.AddField(
            model_name="postrequest",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="审批人",
            ),
        ),
        migrations.AddField(
            model_name="postrequest",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="postrequest",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="post_requests",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recovery_codes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="securityrules",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="修改人",
            ),
        ),
        migrations.AddConstraint(
            model_name="postrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="two_people_decide",
            ),
        ),
    ]
