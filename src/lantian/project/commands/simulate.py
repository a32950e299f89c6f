"""``lantian simulate``: play a district of devices over real sockets (模拟运行)."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import uvloop

from lantian.gateway.simulators.camera import CAMERA_PORT
from lantian.gateway.simulators.district import FULL, SEED, SMALL, District, district, for_sites, scaled
from lantian.gateway.simulators.faults import SCENARIOS
from lantian.gateway.simulators.run import Performance, Run
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.reader import load_pack
from lantian.project.cli import language
from lantian.project.commands.records import open_records
from lantian.project.config import Config
from lantian.project.start import use_environment

GATEWAY_PORT = 9212
_YESTERDAY = timedelta(days=1)


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--sites", type=click.IntRange(1, 20_000), help="about so many fixed points, vehicles in proportion")
@click.option("--scale", type=click.FloatRange(0.0001, 20), help="a part of the full district, 1 is all of it")
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), default="mixed", show_default=True)
@click.option("--speed", type=click.FloatRange(1, 1440), default=1.0, show_default=True,
              help="above 1: play the last day so many times as fast until now is reached")  # fmt: skip
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="of the gateway")
@click.option("--port", type=click.IntRange(1, 65535), default=GATEWAY_PORT, show_default=True,
              help="of HJ 212; GB 17691 and JT/T 808 are the next two")  # fmt: skip
@click.option("--camera-port", type=click.IntRange(0, 65535), default=CAMERA_PORT, show_default=True, help="0 for none")
@click.option("--duration", type=click.FloatRange(min=0.1), help="seconds; without it, until told to stop")
@click.option("--register", is_flag=True, help="first register the devices in the data folder, marked as synthetic")
def command(*, data_dir: str | None, sites: int | None, scale: float | None, register: bool, **chosen: Any) -> None:
    """Play the demo's devices, or with --sites or --scale another part of the full district."""
    config = use_environment(data_dir=data_dir)
    counts = for_sites(sites) if sites else scaled(scale) if scale else SMALL
    played = district(load_pack(config.pack), counts, config.secret_key)
    if register:
        _register(counts)
    if played_is_unknown(counts) and not register:
        click.echo(_hint(played).in_language(language()), err=True)
    uvloop.run(_perform(Run(played, _performance(config, chosen))))


def played_is_unknown(counts: Mapping[str, int]) -> bool:
    """Tell whether a district has devices that the demonstration does not register."""
    return counts is not SMALL


def _hint(played: District) -> Text:
    return Text(
        f"将模拟 {len(played.members)} 台设备；未登记的会进入隔离区。加 --register 可先登记。",
        f"{counted(len(played.members), 'device')} will report; those not registered go to quarantine. "
        "Add --register to register them first.",
    )


def _performance(config: Config, chosen: Mapping[str, Any]) -> Performance:
    port, speed = chosen["port"], chosen["speed"]
    return Performance(
        host=chosen["host"],
        ports={"hj212": port, "gb17691": port + 1, "jt808": port + 2},
        data_dir=config.data_dir,
        scenario=chosen["scenario"],
        seed=chosen["seed"],
        speed=speed,
        begin=datetime.now(UTC) - _YESTERDAY if speed > 1 else None,
        duration_s=chosen["duration"],
        camera_port=chosen["camera_port"],
    )


def _register(counts: Mapping[str, int]) -> None:
    open_records()
    from django.conf import settings  # noqa: PLC0415 - needs the environment

    from lantian.apps.telemetry.services.demo_devices import register_demo_devices  # noqa: PLC0415 - needs Django

    made = register_demo_devices(load_pack(settings.PACK), at=datetime.now(UTC), counts=counts)
    click.echo(
        Text(f"已登记 {made} 台模拟设备", f"Registered {counted(made, 'simulated device')}").in_language(language()),
        err=True,
    )


async def _perform(run: Run) -> None:
    """Play until the end, Ctrl-C or SIGTERM."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await run.run()


__all__ = ["FULL", "command"]
