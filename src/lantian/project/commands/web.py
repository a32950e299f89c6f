"""``lantian web``: serve the pages alone, by as many processes as LANTIAN_WEB_WORKERS says.

They share nothing but the data folder: sessions, locks and the audit chain are in the record store, what a process
keeps in memory is under the pack, the day or the lake's snapshot. Of several, one that dies is started again.
"""

import os
import sys

import click

from lantian.project.start import check_port, use_environment

THREADS = 4
PATIENCE_S = 8
"""A worker that is told to end while it still starts does not hear it; below the supervisor's own grace of 10 s."""


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def command(*, data_dir: str | None, host: str, port: int) -> None:
    """Serve the pages; the database must have been prepared by ``lantian up``."""
    config = use_environment(data_dir=data_dir)
    check_port(host, port)
    address = ["--host", host, "--port", str(port)]
    workers = ["--workers", str(config.web_workers)]
    if config.web_workers > 1:  # of one alone its parent ends too, and whoever started that starts it again
        workers.append("--respawn-failed-workers")
    workers += ["--workers-kill-timeout", str(PATIENCE_S)]
    threads = ["--blocking-threads", str(THREADS), "--backpressure", "64"]
    quiet = ["--no-access-log", "--log-level", "warning"]
    line = [sys.executable, "-m", "granian", "--interface", "wsgi", *address, *workers, *threads, *quiet]
    os.execv(sys.executable, [*line, "lantian.project.wsgi:application"])  # noqa: S606
