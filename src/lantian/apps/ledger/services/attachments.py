"""Files of an entry (附件): known by their content, kept under their hash, sent as nothing but a download."""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.db import transaction
from PIL import Image

from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Attachment, Source, SourceChange
from lantian.kernel.errors import LantianError, Text

LARGEST = 20 * 2**20
"""Bytes that a file may have."""
FOLDER = "source-files"
PICTURES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
MOST_PIXELS = 60_000_000
PURPOSES = ("photo-before", "photo-after", "permit", "report", "contract", "other")


class AttachmentError(LantianError):
    """A file that is not taken, or that is no longer what was taken."""


@dataclass(frozen=True)
class Sent:
    """A file as somebody sent it; the name is the sender's, the type is not believed."""

    name: str
    content: bytes


def attach(source: Source, file: Sent, *, purpose: str, by: Any, at: datetime) -> Attachment:
    """Keep a file with an entry. Raises AttachmentError when it is empty, too large, or not what we keep."""
    media, suffix = check_file(file)
    digest = hashlib.sha256(file.content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{suffix}"
    write_file(Path(settings.DATA_DIR) / path, file.content)
    return _remember(source, file, path, media, digest, purpose if purpose in PURPOSES else "other", by, at)


@transaction.atomic
def _remember(
    source: Source, file: Sent, path: str, media: str, digest: str, purpose: str, by: Any, at: datetime
) -> Attachment:
    """The file's row, a line in the entry's history, and the audit."""
    name = Path(file.name.replace("\\", "/")).name[:200] or "file"
    size = len(file.content)
    kept = Attachment.objects.create(
        source=source, name=name, purpose=purpose, path=path, media_type=media, size=size, sha256=digest, at=at, by=by
    )
    SourceChange.objects.create(
        source=source, version=source.version, kind="attached", at=at, by=by, fields={"attachment": [None, name]}
    )
    detail = {"kind": source.kind, "code": source.code, "sha256": digest, "size": size}
    record("source.attached", subject=source, actor=by, at=at, detail=detail)
    return kept


def check_file(file: Sent) -> tuple[str, str]:
    """Return the type and ending of a file, by its content; raises AttachmentError for what is not kept."""
    if not file.content:
        raise AttachmentError(Text(f"“{file.name}”是空文件。", f"“{file.name}” is empty."))
    if len(file.content) > LARGEST:
        most = LARGEST >> 20
        raise AttachmentError(Text(f"“{file.name}”大于 {most} MB。", f"“{file.name}” is larger than {most} MB."))
    if file.content.startswith(b"%PDF-") and b"%%EOF" in file.content[-2048:]:
        return "application/pdf", "pdf"
    found = _picture(file.content)
    if found is None:
        raise AttachmentError(
            Text(
                f"“{file.name}”的内容不是完好的 PDF、JPEG、PNG 或 WebP。",
                f"“{file.name}” is by its content no sound PDF, JPEG, PNG or WebP.",
            )
        )
    return found


def _picture(content: bytes) -> tuple[str, str] | None:
    """The type of a picture that can be read to its end, None for anything else."""
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            name = str(picture.format)
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return PICTURES[name]


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and return when the disk has it; two may write the same one at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)


def content_of(kept: Attachment) -> bytes:
    """Return a file as it was taken; raises AttachmentError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / kept.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise AttachmentError(
            Text("附件不在或已被改动，与登记的校验值不符。", "The file is gone or was changed: its hash does not fit.")
        )
    return content
