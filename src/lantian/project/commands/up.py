"""``lantian up``: prepare, then keep web, gateway, worker and writer running, and the simulated devices of a demo."""

import http.client
import subprocess
import sys
import threading
import time
from datetime import datetime
from importlib.util import find_spec

import click

from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.project.cli import language
from lantian.project.commands.gateway import ADDRESSES, DEFAULT_PORT, addresses
from lantian.project.config import Config
from lantian.project.start import StartError, check_port, lock_folder, use_environment
from lantian.project.supervisor import Child, Supervisor

COLOURS = {
    "web": "cyan",
    "gateway": "blue",
    "worker": "magenta",
    "writer": "yellow",
    "up": "green",
    "simulate": "white",
}


@click.command()
@click.option("--demo", is_flag=True, help="fill an empty data folder with synthetic data and make demo accounts")
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--gateway-port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535 - ADDRESSES),
    help="where devices report: HJ 212; GB 17691, JT/T 808 and metrics take the next three",
)
def command(*, demo: bool, data_dir: str | None, host: str, port: int, gateway_port: int) -> None:
    """Start web, gateway, worker and writer, and keep them running until Ctrl-C."""
    config = use_environment(data_dir=data_dir, demo=demo)
    with lock_folder(config.data_dir):
        check_port(host, port)
        for address, number in addresses(host, gateway_port):
            check_port(address, number, option="--gateway-port")
        _prepare(config)
        children = _children(host, port, gateway_port) | (_demo_children(host, gateway_port) if config.demo else {})
        supervisor = Supervisor([Child(name, line) for name, line in children.items()], _report)
        threading.Thread(target=_announce, args=(host, port), daemon=True).start()
        supervisor.run()
    click.echo(Text("已停止。", "Stopped.").in_language(language()))


def _prepare(config: Config) -> None:
    line = [sys.executable, "-m", "django", "prepare", *(["--demo"] if config.demo else [])]
    if subprocess.run(line, check=False).returncode:
        raise StartError(Text("准备未完成，见上。", "The preparation failed, see above."))


def _children(host: str, port: int, gateway_port: int) -> dict[str, list[str]]:
    lantian = [sys.executable, "-m", "lantian.project"]
    children = {
        "web": [*lantian, "web", "--host", host, "--port", str(port)],
        "gateway": [*lantian, "gateway", "--host", host, "--port", str(gateway_port)],
        "worker": [*lantian, "worker"],
        "writer": [*lantian, "writer"],
    }
    return {name: line for name, line in children.items() if find_spec(f"lantian.project.commands.{name}")}


def _demo_children(host: str, gateway_port: int) -> dict[str, list[str]]:
    """Return what a demonstration needs beside the rest: a small district of devices."""
    heard_at = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - it is compared, not bound
    simulate = [sys.executable, "-m", "lantian.project", "simulate", "--host", heard_at, "--port", str(gateway_port)]
    return {"simulate": simulate}


def _report(name: str, line: str) -> None:
    clock = f"{datetime.now(BEIJING):%H:%M:%S}"
    click.echo(f"{clock} {click.style(f'{name:<7}', fg=COLOURS.get(name))} | {line}")


def _announce(host: str, port: int) -> None:
    """Print the address once the pages answer, however long they take to start."""
    while not _answers(host, port):
        time.sleep(0.1)
    shown = f"[{host}]" if ":" in host else host
    text = Text(
        f"蓝天已就绪： http://{shown}:{port}/ （Ctrl-C 停止）",
        f"Lantian is ready: http://{shown}:{port}/ (Ctrl-C stops it)",
    )
    click.secho(text.in_language(language()), bold=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
