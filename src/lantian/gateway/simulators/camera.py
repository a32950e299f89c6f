"""The simulated sites' cameras: a small HTTP server that answers ``GET /camera/POINT.png`` with a picture of now."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from lantian.gateway.simulators.picture import picture
from lantian.gateway.simulators.stage import Clock, Stage

CAMERA_PORT = 9290
_REQUEST = re.compile(rb"GET /camera/([a-z0-9._-]{1,64})\.png HTTP/1\.[01]\r\n")
_PATIENCE_S = 5.0
_LONGEST = 8192


def snapshot_url(point: str, port: int = CAMERA_PORT) -> str:
    """Return where a point's camera gives its picture."""
    return f"http://127.0.0.1:{port}/camera/{point}.png"


class Cameras:
    """The cameras of a district in play."""

    def __init__(self, stage: Stage, clock: Clock) -> None:
        self.stage = stage
        self.clock = clock
        self.points = {member.point: member for member in stage.district.members if member.point}

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Answer until the server is closed."""
        return await asyncio.start_server(self._answer, host, port, limit=_LONGEST)

    def shot(self, point: str) -> bytes | None:
        """Return the picture of a point, or None where it has no camera."""
        member = self.points.get(point)
        if member is None:
            return None
        now = self.clock.moment().now
        clouds = [fault.hill(np.array([now]))[0] for fault in self.stage.of(member) if fault.kind in _DUSTY]
        return picture(point, datetime.fromtimestamp(now, UTC), float(max(clouds, default=0.0)))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_reply(head, self.shot))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()


_DUSTY = frozenset({"dust", "dust-storm"})


def _reply(head: bytes, shot: Callable[[str], bytes | None]) -> bytes:
    found = _REQUEST.match(head)
    body = shot(found[1].decode()) if found else None
    status, kind = (b"200 OK", b"image/png") if body else (b"404 Not Found", b"text/plain")
    body = body or b"no such camera"
    lines = (b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
