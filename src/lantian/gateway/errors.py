"""The error family of the gateway."""

from pathlib import Path

from lantian.kernel.errors import LantianError, Text


class GatewayError(LantianError):
    """Something about receiving from devices (接入) that the operator can mend."""


class SpoolFull(GatewayError):
    """The disk (or a quota on it) is full; nothing of the refused frames was stored, none was acknowledged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Text(
                f"暂存文件夹“{folder}”所在磁盘已满，请腾出空间；此前已应答的报文均已保存。",
                f"the disk of the spool “{folder}” is full, free some space; every acknowledged frame is stored.",
            )
        )


class SpoolBusy(GatewayError):
    """Another process appends to the spool."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Text(
                f"暂存文件夹“{folder}”正由另一进程写入，请先停止它。",
                f"another process appends to the spool “{folder}”, stop it first.",
            )
        )


class SpoolFailed(GatewayError):
    """The disk did not take what was written; the spool must be opened again."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            Text(
                f"暂存文件夹“{folder}”写入失败（{reason}），请检查磁盘后重新启动。",
                f"writing to the spool “{folder}” failed ({reason}), check the disk and start again.",
            )
        )
