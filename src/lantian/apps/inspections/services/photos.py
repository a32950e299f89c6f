"""Photos of inspections (检查照片): known by their content, kept under their hash, stored once however often sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Person
from lantian.apps.inspections.models import Inspection, InspectionPhoto
from lantian.apps.inspections.services.drafts import FAIL, NOT_APPLICABLE, Answer
from lantian.apps.inspections.services.errors import InspectionError, PhotosMissing
from lantian.apps.ledger.services.attachments import Sent, check_file, write_file
from lantian.kernel.errors import Text
from lantian.policy.records_inspection import ChecklistRecord

FOLDER = "inspection-photos"


@dataclass(frozen=True)
class PhotoSent:
    """A photo as it is sent. sha256: of its bytes, computed where it was taken. item: what it shows, "" is all."""

    client_id: UUID
    content: bytes
    sha256: str
    taken_at: datetime
    item: str = ""
    longitude: float | None = None
    latitude: float | None = None


def add_photo(inspection: Inspection | UUID, sent: PhotoSent, *, by: Person | None, at: datetime) -> InspectionPhoto:
    """Keep a photo of an inspection, given itself or by its client id, before or after the inspection arrives.

    The same photo sent again is stored once. Raises InspectionError for bytes that do not fit their hash, and
    AttachmentError for what is no picture.
    """
    whole = inspection if isinstance(inspection, Inspection) else None
    belongs = inspection.client_id if isinstance(inspection, Inspection) else inspection
    whole = whole or Inspection.objects.filter(client_id=belongs).first()
    known = InspectionPhoto.objects.filter(client_id=sent.client_id).first()
    if known is not None:
        return _same(known, sent, belongs)
    if hashlib.sha256(sent.content).hexdigest() != sent.sha256.lower():
        raise InspectionError(
            Text("照片在传送中损坏，与拍摄时的校验值不符，请重传。", "The photo was damaged on its way; send it again.")
        )
    media, suffix = check_file(Sent(f"{sent.client_id}", sent.content))
    if not media.startswith("image/"):
        raise InspectionError(Text("此文件不是照片。", "This file is no photo."))
    path = f"{FOLDER}/{sent.sha256[:2].lower()}/{sent.sha256.lower()}.{suffix}"
    write_file(Path(settings.DATA_DIR) / path, sent.content)
    row = InspectionPhoto(
        client_id=sent.client_id, inspection_client=belongs, inspection=whole, item=sent.item,
        sha256=sent.sha256.lower(), path=path, media_type=media, size=len(sent.content), taken_at=sent.taken_at,
        longitude=sent.longitude, latitude=sent.latitude, received_at=at, by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the same photo came over two connections at once
        return _same(InspectionPhoto.objects.get(client_id=sent.client_id), sent, belongs)
    return row


def _same(known: InspectionPhoto, sent: PhotoSent, belongs: UUID) -> InspectionPhoto:
    if known.sha256 != sent.sha256.lower() or known.inspection_client != belongs:
        raise InspectionError(
            Text("此照片编号已属于另一张照片。", "This photo's number belongs to another photo already.")
        )
    return known


def check_photos(
    client_id: UUID, announced: Sequence[UUID], answers: Sequence[Answer], checklist: ChecklistRecord
) -> None:
    """Raise PhotosMissing unless all announced photos, and all that the checklist asks for, have arrived."""
    there = list(InspectionPhoto.objects.filter(inspection_client=client_id))
    missing = [("", _awaited(count))] if (count := len(set(announced) - {one.client_id for one in there})) else []
    shown = {one.item for one in there}
    for answer in answers:
        item = checklist.item(answer.item)
        asked = item.photo == "always" and answer.answer != NOT_APPLICABLE
        if (asked or (item.photo == "fail" and answer.answer == FAIL)) and item.id not in shown:
            missing.append((item.id, Text(item.zh, item.en)))
    if len(there) < checklist.photos.least and not missing:
        least = checklist.photos.least
        missing.append(("", Text(f"全景至少 {least} 张", f"at least {least} of the whole")))
    if missing:
        raise PhotosMissing(missing)


def _awaited(count: int) -> Text:
    return Text(f"还有 {count} 张未传到", f"{count} not received yet")


def photo_content(photo: InspectionPhoto) -> bytes:
    """Return a photo as it was taken; raises InspectionError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / photo.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        raise InspectionError(
            Text("照片不在或已被改动，与校验值不符。", "The photo is gone or was changed: its hash does not fit.")
        )
    return content
