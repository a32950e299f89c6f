"""Facets and map cells with their indexes: lists by attributes and maps are answered without reading entries."""

from typing import Any, ClassVar

import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.models import F

import lantian.apps.ledger.models.facets
from lantian.apps.ledger.models.facets import facets_of

BATCH = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the facets of the entries that are there."""
    source = apps.get_model("ledger", "Source")
    entries = source.objects.only("pk", "attributes").order_by("pk")
    last = 0
    while batch := list(entries.filter(pk__gt=last)[:BATCH]):
        for entry in batch:
            entry.facets = facets_of(entry.attributes)
        source.objects.bulk_update(batch, ["facets"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    """Add two columns and two indexes."""

    dependencies: ClassVar = [("ledger", "0003_sources_on_the_map")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="source",
            name="facets",
            field=lantian.apps.ledger.models.facets.FacetsField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="source",
            name="cell",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Cast((F("latitude") + 90) * 160, models.IntegerField())
                * 360
                * 160
                + django.db.models.functions.comparison.Cast((F("longitude") + 180) * 160, models.IntegerField()),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["kind", "merged_into", "cell", "longitude", "latitude"], name="sources_by_cell"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["kind", "merged_into", "code", "facets", "area"], name="sources_by_facet"),
        ),
    ]
