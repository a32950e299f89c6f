"""Photos of complaints (照片): known by their content and drawn anew, without what the camera wrote into them."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

from lantian.apps.complaints.models import Complaint, Photo
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.apps.ledger.services.attachments import Sent, check_file, write_file
from lantian.kernel.errors import Text

FOLDER = "complaint-files"
MOST = 4
"""Photos of one complaint."""
LARGEST = 10 * 2**20
"""Bytes of one photo as it is sent."""
_EDGE = 2400
_QUALITY = 85


def clean(sent: Sent) -> bytes:
    """Return a photo as a JPEG without position, camera or thumbnail; raises AttachmentError or ComplaintError."""
    media, _ = check_file(sent)
    if not media.startswith("image/") or len(sent.content) > LARGEST:
        most = LARGEST >> 20
        raise ComplaintError(
            Text(f"“{sent.name}”不是 {most} MB 以内的照片。", f"“{sent.name}” is no photo of at most {most} MB."),
            "photos",
        )
    with Image.open(io.BytesIO(sent.content)) as picture:
        turned = ImageOps.exif_transpose(picture).convert("RGB")
    turned.thumbnail((_EDGE, _EDGE))
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def keep_photos(complaint: Complaint, contents: Sequence[bytes]) -> list[Photo]:
    """Keep clean photos with a complaint."""
    kept = []
    for content in contents:
        digest = hashlib.sha256(content).hexdigest()
        path = f"{FOLDER}/{digest[:2]}/{digest}.jpg"
        write_file(Path(settings.DATA_DIR) / path, content)
        kept.append(
            Photo.objects.create(
                complaint=complaint, path=path, media_type="image/jpeg", size=len(content), sha256=digest
            )
        )
    return kept


def photo_content(photo: Photo) -> bytes:
    """Return a photo as it was kept; raises ComplaintError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / photo.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        raise ComplaintError(Text("照片不在或已被改动。", "The photo is gone or was changed."))
    return content
