"""Pictures from cameras (视频抓拍): fetched by HTTP, taken for pictures only if they are, kept by their hash.

What goes wrong is kept as well, in both languages: a camera that is silent at the moment of an alarm is a finding.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from django.conf import settings

from lantian.apps.telemetry.models import Camera, Snapshot
from lantian.kernel.errors import LantianError, Text

TIMEOUT_S = 5.0
LARGEST = 10 * 2**20
"""Bytes of a picture."""

_KINDS: Mapping[bytes, tuple[str, str]] = {
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}
"""How pictures begin, whatever the camera calls them."""
_ENDS: Mapping[str, bytes] = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}
_TRAILING = 64


class CameraError(LantianError):
    """A picture that could not be had."""


@dataclass(frozen=True)
class Picture:
    """A picture as fetched: its bytes and what it is."""

    content: bytes
    media_type: str
    suffix: str


def take_snapshot(camera: Camera, *, at: datetime, timeout_s: float = TIMEOUT_S) -> Snapshot:
    """Fetch a picture and keep it, or keep why there is none; never raises for what a camera does.

    at: the moment at which it is asked for; the camera gives no moment of its own that could be trusted.
    """
    snapshot = Snapshot(camera=camera, asked_at=at)
    try:
        picture = fetch_picture(camera, timeout_s=timeout_s)
    except CameraError as error:
        snapshot.error_zh, snapshot.error_en = error.text.zh[:300], error.text.en[:300]
    else:
        snapshot.taken_at, snapshot.media_type = at, picture.media_type
        snapshot.sha256 = hashlib.sha256(picture.content).hexdigest()
        snapshot.path = _keep(picture, snapshot.sha256)
    snapshot.save()
    return snapshot


def snapshot_file(snapshot: Snapshot) -> Path | None:
    """Return the picture's file; None where there is none, or where it is no longer what was stored."""
    if not snapshot.path:
        return None
    path = Path(settings.DATA_DIR) / snapshot.path
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != snapshot.sha256:
        return None
    return path


def fetch_picture(camera: Camera, *, timeout_s: float = TIMEOUT_S) -> Picture:
    """Fetch a picture with the camera's name and password, basic or digest as it asks; raises CameraError."""
    try:
        with httpx.Client(timeout=timeout_s, trust_env=False, follow_redirects=False) as client:
            content = _fetched(client, camera)
    except httpx.TimeoutException:
        raise CameraError(
            Text(f"摄像机在 {timeout_s:g} 秒内没有应答。", f"The camera did not answer within {timeout_s:g} s.")
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        what = str(error) or type(error).__name__
        raise CameraError(Text(f"摄像机无法连接：{what}", f"The camera cannot be reached: {what}")) from None
    return _picture(content)


def _fetched(client: httpx.Client, camera: Camera) -> bytes:
    """Ask without a password first: only the camera's answer tells which of the two ways it wants."""
    response, content = _asked(client, camera.snapshot_url, None)
    if response.status_code == httpx.codes.UNAUTHORIZED and camera.username:
        wants_digest = response.headers.get("WWW-Authenticate", "").lower().startswith("digest")
        kind = httpx.DigestAuth if wants_digest else httpx.BasicAuth
        response, content = _asked(client, camera.snapshot_url, kind(camera.username, camera.password))
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise CameraError(Text("摄像机不接受用户名或口令。", "The camera does not accept the name or password."))
    if response.status_code != httpx.codes.OK:
        status = response.status_code
        raise CameraError(Text(f"摄像机应答状态 {status}。", f"The camera answered with status {status}."))
    return content


def _asked(client: httpx.Client, url: str, auth: httpx.Auth | None) -> tuple[httpx.Response, bytes]:
    found = bytearray()
    with client.stream("GET", url, auth=auth or httpx.USE_CLIENT_DEFAULT) as response:
        for piece in response.iter_bytes():
            found += piece
            if len(found) > LARGEST:
                mb = LARGEST >> 20
                raise CameraError(Text(f"图片大于 {mb} MB。", f"The picture is larger than {mb} MB."))
    return response, bytes(found)


def _picture(content: bytes) -> Picture:
    """Return what was fetched as a picture; raises CameraError when it is none, or is cut off."""
    for start, (media_type, suffix) in _KINDS.items():
        if content.startswith(start):
            if _ENDS[media_type] not in content[-_TRAILING:]:
                raise CameraError(Text("图片不完整。", "The picture is cut off."))
            return Picture(content, media_type, suffix)
    shown = content[:16].hex(" ") or "—"
    raise CameraError(
        Text(
            f"应答不是 JPEG 或 PNG 图片，开头为：{shown}",
            f"The answer is no JPEG or PNG picture; it begins with: {shown}",
        )
    )


def _keep(picture: Picture, digest: str) -> str:
    """Store a picture under its hash, once; returns its path in the data folder."""
    path = Path("snapshots") / digest[:2] / f"{digest}.{picture.suffix}"
    full = Path(settings.DATA_DIR) / path
    if not full.exists():
        full.parent.mkdir(parents=True, exist_ok=True)
        part = full.with_suffix(".part")
        part.write_bytes(picture.content)
        part.replace(full)
    return str(path)
