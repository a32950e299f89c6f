"""Import official boundaries; ``lantian areas import`` calls this."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lantian.apps.accounts.services.geography import import_boundaries
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted
from lantian.policy.areas import Datum
from lantian.policy.reader import load_pack
from lantian.project.cli import language

DATUMS: dict[str, Datum] = {"wgs84": "WGS-84", "gcj02": "GCJ-02"}


class Command(BaseCommand):
    """Replace schematic boundaries."""

    help = "import official boundaries"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the datum of its positions."""
        parser.add_argument("file", type=Path)
        parser.add_argument("crs", choices=sorted(DATUMS))

    def handle(self, *args: Any, file: Path, crs: str, **options: Any) -> None:
        """Import, or say in one sentence a feature why not."""
        try:
            areas = import_boundaries(load_pack(settings.PACK), file.read_bytes(), DATUMS[crs], at=datetime.now(UTC))
        except LantianError as error:
            raise CommandError(error.text.in_language(language())) from error
        count = len(areas)
        done = Text(f"已导入 {count} 个区域的边界。", f"Imported the boundaries of {counted(count, 'area')}.")
        self.stdout.write(done.in_language(language()))
