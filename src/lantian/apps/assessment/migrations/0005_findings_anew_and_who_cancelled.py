"""A finding that was revoked may be made anew by its case; a notice of accountability keeps who cancelled it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One constraint and one field."""

    dependencies = [("assessment", "0004_rankings"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveConstraint(model_name="vetofinding", name="one_finding_of_a_case_and_body"),
        migrations.AddConstraint(
            model_name="vetofinding",
            constraint=models.UniqueConstraint(
                fields=["veto", "body", "case"],
                condition=models.Q(case__isnull=False, revoked_at__isnull=True),
                name="one_finding_of_a_case_and_body",
            ),
        ),
        migrations.AddField(
            model_name="accountabilitynotice",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
