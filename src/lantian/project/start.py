"""What ``lantian up`` checks before it starts: the port, and that no other one runs on the data folder."""

import fcntl
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from lantian.kernel.errors import LantianError, Text
from lantian.project.config import Config


class StartError(LantianError):
    """Something stands in the way of the start."""


def check_port(host: str, port: int, option: str = "--port") -> None:
    """Raise StartError when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                Text(
                    f"{host}:{port} 不能使用（{error.strerror}）。请关闭占用它的程序，或用 {option} 另选一个端口。",
                    f"{host}:{port} cannot be used ({error.strerror}). "
                    f"End the program that holds it, or choose another with {option}.",
                )
            ) from error


def lock_folder(folder: Path) -> TextIO:
    """Return the open lock of a data folder; keep it open. Raises StartError when another start holds it."""
    file = (folder / "up.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        raise StartError(
            Text(
                f"数据文件夹 {folder} 上已有一个 lantian up 在运行（进程 {pid}）。"
                "请先停止它，或用 --data-dir 另选文件夹。",
                f"Another lantian up (process {pid}) runs on the data folder {folder}. "
                "Stop it first, or choose another folder with --data-dir.",
            )
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def use_environment(*, data_dir: str | None = None, demo: bool = False) -> Config:
    """Put command-line options into the environment, so that every child reads the same; returns the settings."""
    if data_dir:
        os.environ["LANTIAN_DATA_DIR"] = str(Path(data_dir).expanduser().resolve())
    if demo:
        os.environ["LANTIAN_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.project.settings")
    config = Config.from_environment()
    os.environ["LANTIAN_DATA_DIR"] = str(config.data_dir)
    return replace(config, demo=demo or config.demo)
