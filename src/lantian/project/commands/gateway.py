"""``lantian gateway``: listen to devices, keep what they send in the spool, answer when it is durable."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog
import uvloop

from lantian.gateway.limits import Limits
from lantian.gateway.registry import FAMILIES
from lantian.gateway.server import Gateway, Listen, Surroundings, tls_context
from lantian.gateway.spool import Spool
from lantian.project.commands.records import open_records
from lantian.project.start import check_port, use_environment

if TYPE_CHECKING:
    from lantian.project.device_records import DeviceRecords

MONITOR_HOST = "127.0.0.1"
DEFAULT_PORT = 9212
ADDRESSES = len(FAMILIES) + 1
"""Ports in a row: one for each family, then the metrics."""
_DEFAULTS = Limits()


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535 - ADDRESSES),
    help="HJ 212; GB 17691, JT/T 808 and the metrics (on 127.0.0.1) take the next three",
)
@click.option("--certificate", envvar="LANTIAN_GATEWAY_CERTIFICATE", help="PEM file; makes every listener speak TLS")
@click.option("--key", envvar="LANTIAN_GATEWAY_KEY", help="PEM file of the certificate's key")
@click.option("--per-address", default=_DEFAULTS.per_address, show_default=True, help="connections from one IP address")
@click.option(
    "--frames-per-s", default=_DEFAULTS.frames_per_s, show_default=True, help="of one device, in the long run"
)
def command(
    *,
    data_dir: str | None,
    host: str,
    port: int,
    certificate: str | None,
    key: str | None,
    per_address: int,
    frames_per_s: float,
) -> None:
    """Listen to devices until told to stop."""
    config = use_environment(data_dir=data_dir)
    for address, number in addresses(host, port):
        check_port(address, number)
    tls = tls_context(Path(certificate), Path(key or certificate)) if certificate else None
    listens = [Listen(family, host, port + index, tls) for index, family in enumerate(FAMILIES)]
    limits = Limits(per_address=per_address, frames_per_s=frames_per_s)
    uvloop.run(_keep_going(config.data_dir / "spool", listens, (MONITOR_HOST, port + len(FAMILIES)), limits))


async def _keep_going(folder: Path, listens: list[Listen], monitor: tuple[str, int], limits: Limits) -> None:
    records = await asyncio.to_thread(_open_device_records)
    spool = Spool(folder)
    gateway = Gateway(spool, Surroundings(records.registry, records.turned_away, records), limits)
    log = structlog.get_logger("lantian.gateway")
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, gateway.stop)
    await gateway.listen(listens, monitor)
    records.keep_fresh()
    log.info("gateway.started", devices=len(records.registry().by_key), spool=spool.name, last=spool.last)
    try:
        await gateway.run()
    finally:
        records.close()
        spool.close()
    log.info("gateway.stopped", last=spool.last)


def _open_device_records() -> "DeviceRecords":
    open_records()
    from lantian.project.device_records import DeviceRecords  # noqa: PLC0415 - needs Django

    return DeviceRecords()


def addresses(host: str, port: int) -> list[tuple[str, int]]:
    """Return where a gateway listens that starts at a port."""
    return [*[(host, port + index) for index in range(len(FAMILIES))], (MONITOR_HOST, port + len(FAMILIES))]
