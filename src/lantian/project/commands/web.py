"""``lantian web``: serve the pages alone."""

import os
import sys

import click

from lantian.project.start import check_port, use_environment

THREADS = 4


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def command(*, data_dir: str | None, host: str, port: int) -> None:
    """Serve the pages; the database must have been prepared by ``lantian up``."""
    use_environment(data_dir=data_dir)
    check_port(host, port)
    address = ["--host", host, "--port", str(port)]
    threads = ["--workers", "1", "--blocking-threads", str(THREADS), "--backpressure", "64"]
    quiet = ["--no-access-log", "--log-level", "warning"]
    line = [sys.executable, "-m", "granian", "--interface", "wsgi", *address, *threads, *quiet]
    os.execv(sys.executable, [*line, "lantian.project.wsgi:application"])  # noqa: S606
