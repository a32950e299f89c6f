"""The gateway's own small HTTP address: ``/metrics`` for Prometheus, ``/healthz`` for supervisors."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

_LINE_BYTES = 4096
_PATIENCE_S = 5.0


class Monitor:
    """Answers GET; is_healthy: whether frames are being taken."""

    def __init__(self, metrics: CollectorRegistry, is_healthy: Callable[[], bool]) -> None:
        self._metrics = metrics
        self._is_healthy = is_healthy

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Start listening."""
        return await asyncio.start_server(self._answer, host, port, limit=_LINE_BYTES)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                line = await reader.readline()
                while await reader.readline() not in (b"\r\n", b"\n", b""):
                    pass
                writer.write(self._response(line))
                await writer.drain()
        except (TimeoutError, ValueError, OSError):
            pass  # whoever asked is slow, talks nonsense or has gone
        finally:
            writer.close()

    def _response(self, line: bytes) -> bytes:
        words = line.split()
        path = words[1] if len(words) > 1 and words[0] == b"GET" else b""
        if path == b"/metrics":
            return _http(HTTPStatus.OK, generate_latest(self._metrics), CONTENT_TYPE_LATEST)
        if path == b"/healthz":
            status = HTTPStatus.OK if self._is_healthy() else HTTPStatus.SERVICE_UNAVAILABLE
            return _http(status, status.phrase.encode())
        return _http(HTTPStatus.NOT_FOUND, b"/metrics /healthz")


def _http(status: HTTPStatus, body: bytes, content_type: str = "text/plain; charset=utf-8") -> bytes:
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
