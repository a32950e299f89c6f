"""``lantian areas``: official boundaries instead of the schematic ones."""

import subprocess
import sys

import click

from lantian.project.start import use_environment


@click.group()
def command() -> None:
    """Import official boundaries."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--crs", type=click.Choice(["wgs84", "gcj02"]), required=True, help="the datum of the file's positions")
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
def import_areas(*, file: str, crs: str, data_dir: str | None) -> None:
    """Replace schematic boundaries by those of a GeoJSON file."""
    use_environment(data_dir=data_dir)
    sys.exit(subprocess.run([sys.executable, "-m", "django", "import_areas", file, crs], check=False).returncode)
