"""Uploaded files (上传文件): streamed to the data folder under a name of our own; templates; rejects."""

import csv
import secrets
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lantian.kernel.errors import LantianError, Text

LARGEST = 512 * 2**20
"""Bytes that a page takes; larger files go in by the command line."""

SUFFIXES = (".csv", ".gz", ".zip", ".parquet", ".txt")
PENDING = "look-"
"""How the name of an upload begins that is looked at and not imported yet."""

FORGOTTEN_S = 24 * 3600
SHOWN_REJECTS = 100


class UploadError(LantianError):
    """A file that is not taken."""


def keep(file: "UploadedFile[Any]") -> Path:
    """Stream an upload to the data folder, to be looked at; raises UploadError when empty, too large, unknown."""
    name = Path(file.name or "").name
    if Path(name).suffix.lower() not in SUFFIXES:
        allowed = " ".join(SUFFIXES)
        raise UploadError(
            Text(f"“{name}”的类型不能导入，可用：{allowed}。", f"“{name}” is no such file; use {allowed}.")
        )
    if not file.size:
        raise UploadError(Text(f"“{name}”是空文件。", f"“{name}” is empty."))
    if file.size > LARGEST:
        zh = f"“{name}”有 {file.size >> 20} MB，页面最多收 {LARGEST >> 20} MB；请用命令 lantian observations import。"
        en = f"“{name}” has {file.size >> 20} MB; a page takes {LARGEST >> 20}. Use lantian observations import."
        raise UploadError(Text(zh, en))
    folder = Path(settings.DATA_DIR) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    path = folder / f"{PENDING}{secrets.token_hex(6)}-{name}"
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


def _sweep(folder: Path) -> None:
    """Drop uploads that somebody looked at and forgot."""
    for path in folder.glob(f"{PENDING}*"):
        if time.time() - path.stat().st_mtime > FORGOTTEN_S:
            path.unlink(missing_ok=True)


def token_of(path: Path) -> str:
    """Return what names a pending upload in an address."""
    return path.name.removeprefix(PENDING).partition("-")[0]


def pending(token: str) -> Path | None:
    """Return the upload that a token names, None when it is gone."""
    if not token.isalnum():
        return None
    return next((Path(settings.DATA_DIR) / "uploads").glob(f"{PENDING}{token}-*"), None)


def own_name(path: Path) -> str:
    """Return a pending upload's name as its owner knows it."""
    return path.name.removeprefix(PENDING).partition("-")[2]


def accept(path: Path) -> Path:
    """Take a pending upload for import; returns where it lies now."""
    return path.rename(path.with_name(path.name.removeprefix(PENDING)))


def reject_lines(path: Path) -> Iterator[list[str]]:
    """Yield the head and the first lines of a rejects file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from islice(csv.reader(file), SHOWN_REJECTS + 1)


def rejects_file(path: str) -> Path | None:
    """Return the rejects file of an import if it lies in the data folder."""
    folder = (Path(settings.DATA_DIR) / "rejects").resolve()
    found = Path(path).resolve() if path else None
    return found if found and found.is_file() and folder in found.parents else None
