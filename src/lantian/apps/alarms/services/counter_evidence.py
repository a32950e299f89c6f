"""Counter-evidence (企业举证): what is said against an alarm, with a file known by its content and kept by its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.models import Alarm, AlarmEvent, CounterEvidence
from lantian.apps.alarms.services.errors import AlarmError
from lantian.apps.audit.services import record
from lantian.kernel.errors import Text

LARGEST = 10 * 2**20
"""Bytes that a file may have."""

SIGNATURES = ((b"%PDF-", "application/pdf", "pdf"), (b"\xff\xd8\xff", "image/jpeg", "jpg"),
              (b"\x89PNG\r\n\x1a\n", "image/png", "png"))  # fmt: skip
"""How the files that are taken begin: the name and the sender's word for the type count for nothing."""

FOLDER = "evidence-files"


@dataclass(frozen=True)
class Attached:
    """A file as it was sent."""

    name: str
    content: bytes


@transaction.atomic
def add_counter_evidence(
    alarm: Alarm, *, text: str, by: Person, at: datetime, file: Attached | None = None
) -> CounterEvidence:
    """Add a statement, and perhaps a file, against an alarm; raises AlarmError."""
    if not text.strip():
        raise AlarmError(Text("请写明举证说明。", "Say what the evidence shows."))
    stored = _store(file) if file else {}
    given = CounterEvidence.objects.create(alarm=alarm, at=at, by=by, text=text.strip()[:5000], **stored)
    detail = {"number": alarm.number, "file": given.file_name, "sha256": given.sha256}
    record("alarm.counter-evidence", subject=alarm, actor=by, at=at, detail=detail)
    AlarmEvent.objects.create(alarm=alarm, at=at, kind="counter-evidence", by=by, text=given.text[:200], detail=detail)
    return given


def _store(file: Attached) -> dict[str, str]:
    """Keep a file under its own hash; the same file twice is one file."""
    if not file.content:
        raise AlarmError(Text(f"“{file.name}”是空文件。", f"“{file.name}” is empty."))
    if len(file.content) > LARGEST:
        most = LARGEST >> 20
        raise AlarmError(Text(f"“{file.name}”大于 {most} MB。", f"“{file.name}” is larger than {most} MB."))
    kind = next(((media, suffix) for mark, media, suffix in SIGNATURES if file.content.startswith(mark)), None)
    if kind is None:
        raise AlarmError(
            Text(
                f"“{file.name}”的内容不是 PDF、JPEG 或 PNG。",
                f"“{file.name}” is by its content no PDF, JPEG or PNG.",
            )
        )
    digest = hashlib.sha256(file.content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{kind[1]}"
    _write(Path(settings.DATA_DIR) / path, file.content)
    return {"file_name": Path(file.name).name[:200], "path": path, "sha256": digest, "media_type": kind[0]}


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: it may be written again under the same name, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def file_of(given: CounterEvidence) -> bytes:
    """Return a stored file; raises AlarmError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / given.path
    content = path.read_bytes() if given.path and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != given.sha256:
        raise AlarmError(
            Text("附件不在或已被改动，与登记的校验值不符。", "The file is gone or was changed: its hash does not fit.")
        )
    return content


@transaction.atomic
def answer_counter_evidence(
    given: CounterEvidence, *, accepted: bool, answer: str, by: Person, at: datetime
) -> CounterEvidence:
    """Answer a statement, accepted or not, with the reason; an answer is given once. Raises AlarmError."""
    held = CounterEvidence.objects.select_for_update().get(pk=given.pk)
    if held.accepted is not None:
        raise AlarmError(Text("此举证已有答复。", "This evidence has been answered."))
    if not answer.strip():
        raise AlarmError(Text("请写明答复。", "Write an answer."))
    held.accepted, held.answer = accepted, answer.strip()[:500]
    held.save(update_fields=["accepted", "answer"])
    detail = {"number": held.alarm.number, "evidence": held.pk, "accepted": accepted}
    record("alarm.evidence-answered", subject=held.alarm, actor=by, at=at, detail=detail)
    AlarmEvent.objects.create(
        alarm=held.alarm, at=at, kind="evidence-answered", by=by, text=held.answer, detail={"accepted": accepted}
    )
    return held
