"""An index from which the map and plain counts are answered without reading entries."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add one index."""

    dependencies: ClassVar = [("ledger", "0002_conduct")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["kind", "merged_into", "longitude", "latitude"], name="sources_on_the_map"),
        ),
    ]
