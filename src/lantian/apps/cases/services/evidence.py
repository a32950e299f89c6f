"""Evidence as files (证据): known by their content, kept under their hash, checked when they are read."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, CaseThread, Evidence
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.acts import may_take
from lantian.apps.cases.services.errors import CaseActError, NotYours
from lantian.apps.cases.services.exif import claim_of
from lantian.apps.cases.services.state import note
from lantian.apps.ledger.services.attachments import Sent, check_file, write_file
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow.photos import Claim, Expected, Limits, check

FOLDER = "case-files"


def attach_file(
    case: Case, number: int, file: Sent, *, note_text: str = "", said: Claim | None = None, by: Person, at: datetime
) -> Evidence:
    """Keep a file with a step of a case; raises AttachmentError for what is no picture or PDF, and CaseActError.

    said: what the browser says of when and where; a photo's own word goes before it. Both are checked and kept.
    """
    media, suffix = check_file(file)
    digest = hashlib.sha256(file.content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{suffix}"
    write_file(Path(settings.DATA_DIR) / path, file.content)
    stored = {"path": path, "media_type": media, "size": len(file.content), "sha256": digest}
    claims = [one for one in (claim_of(file.content) if media.startswith("image/") else None, said) if one]
    return _remember(case, number, file.name, note_text, stored, claims, by, at)


@transaction.atomic
def _remember(
    case: Case, number: int, name: str, text: str, stored: dict[str, Any], claims: Sequence[Claim], by: Person,
    at: datetime,
) -> Evidence:  # fmt: skip
    row = case.threads.open().filter(number=number).select_related("holder").first()
    if row is None:
        raise CaseActError(Text("此环节已办毕，不能再添证据。", "This step is done; no evidence is added to it."))
    if not may_take(row, by):
        raise NotYours(row.holder.name)
    if Evidence.objects.filter(case=case, thread=number, sha256=stored["sha256"]).exists():
        raise CaseActError(Text("此文件已在本环节的证据中。", "This file is among the step's evidence already."))
    kind = Evidence.Kind.PHOTO if str(stored["media_type"]).startswith("image/") else Evidence.Kind.DOCUMENT
    checked = _checked(case, row, claims, at) if kind == Evidence.Kind.PHOTO else {}
    plain = Path(name.replace("\\", "/")).name[:200] or "file"
    kept = Evidence.objects.create(
        case=case, kind=kind, step=row.step, thread=number, at=at, by=by, name=plain, note=text.strip()[:300],
        detail=checked, **stored,
    )  # fmt: skip
    detail = {"evidence": [kept.pk], "sha256": kept.sha256, "size": kept.size}
    note(case, "evidence", by=by, at=at, thread=number, step=row.step, reason=plain, detail=detail)
    return kept


def _checked(case: Case, row: CaseThread, claims: Sequence[Claim], at: datetime) -> dict[str, Any]:
    """What a photo says of time and place, and whether it agrees with the step and the subject."""
    settings_of_pack = rules().settings(day_of(at))
    limits = Limits(settings_of_pack.photo_within_m, timedelta(minutes=settings_of_pack.skew_minutes))
    found = check(claims, Expected(row.since, at, *position_of(case)), limits)
    return {
        "said": [asdict(one) | {"at": one.at.isoformat() if one.at else None} for one in claims],
        "checked": asdict(found),
    }


def position_of(case: Case) -> tuple[float | None, float | None]:
    """Return where a case is about (WGS-84): its subject, else its point."""
    if case.source is not None and case.source.longitude is not None:
        return case.source.longitude, case.source.latitude
    return (case.point.longitude, case.point.latitude) if case.point is not None else (None, None)


def content_of(kept: Evidence) -> bytes:
    """Return a file as it was taken; raises CaseActError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / kept.path
    content = path.read_bytes() if kept.path and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise CaseActError(
            Text(
                "证据文件不在或已被改动，与登记的校验值不符。",
                "The file is gone or was changed: its hash does not fit.",
            )
        )
    return content
