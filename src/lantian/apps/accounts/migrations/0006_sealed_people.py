"""Seal telephone and identity numbers of people; those that are stored are sealed now."""

from typing import Any

from django.db import migrations

import lantian.apps.accounts.sealed


def seal(apps: Any, _editor: Any) -> None:
    people = apps.get_model("accounts", "Person")
    for person in people.objects.only("pk", "phone", "identity").iterator():
        if person.phone or person.identity:
            person.save(update_fields=["phone", "identity"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_asked")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="identity",
            field=lantian.apps.accounts.sealed.SealedField(blank=True, verbose_name="证件号码"),
        ),
        migrations.AlterField(
            model_name="person",
            name="phone",
            field=lantian.apps.accounts.sealed.SealedField(blank=True, verbose_name="手机号"),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
