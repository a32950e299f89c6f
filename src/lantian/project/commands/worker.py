"""``lantian worker``: run the jobs alone."""

import os
import sys

import click

from lantian.project.start import use_environment


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
def command(*, data_dir: str | None) -> None:
    """Run jobs as they come, and the periodic ones by the clock."""
    use_environment(data_dir=data_dir)
    os.execv(sys.executable, [sys.executable, "-m", "django", "work"])  # noqa: S606
