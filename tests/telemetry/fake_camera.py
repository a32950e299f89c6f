"""A camera on this machine: an HTTP server in a thread that gives a real small picture, or misbehaves on demand."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAA"
    "AChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZ"
    "WiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAA"
    "E9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAFA3PEY8"
    "MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////"
    "////////////////////////////////////////////////////////////wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA"
    "AAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAD"
    "/9k="
)
"""Eight by eight grey pixels, as a browser writes them."""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NAME, WORD, NONCE = "admin", "12345", "abc"


class Camera(BaseHTTPRequestHandler):
    """Answers by the path: what is asked for is what is given."""

    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        getattr(self, f"_{path.strip('/')}")()

    def _jpeg(self) -> None:
        self._give(200, JPEG, kind="text/html")

    def _png(self) -> None:
        self._give(200, PNG)

    def _page(self) -> None:
        self._give(200, b"<html>login</html>", kind="image/jpeg")

    def _empty(self) -> None:
        self._give(200, b"")

    def _cut(self) -> None:
        self._give(200, JPEG[:-2])

    def _large(self) -> None:
        self._give(200, JPEG + b"\0" * 4096)

    def _broken(self) -> None:
        self._give(500, b"")

    def _moved(self) -> None:
        self._give(302, b"", Location="/jpeg")

    def _slow(self) -> None:
        self.server.patience.wait(5)  # type: ignore[attr-defined]

    def _basic(self) -> None:
        wanted = "Basic " + base64.b64encode(f"{NAME}:{WORD}".encode()).decode()
        self._give_if(self.headers["Authorization"] == wanted, 'Basic realm="camera"')

    def _digest(self) -> None:
        said = self.headers["Authorization"] or ""
        fields = dict(part.strip().split("=", 1) for part in said.removeprefix("Digest ").split(",") if "=" in part)
        given = {name: value.strip('"') for name, value in fields.items()}
        first, second = _md5(f"{NAME}:camera:{WORD}"), _md5("GET:/digest")
        self._give_if(
            given.get("response") == _md5(f"{first}:{NONCE}:{second}"), f'Digest realm="camera", nonce="{NONCE}"'
        )

    def _give_if(self, allowed: bool, asks: str) -> None:
        if allowed:
            self._give(200, JPEG)
        else:
            self._give(401, b"", **{"WWW-Authenticate": asks})

    def _give(self, status: int, content: bytes, kind: str = "image/jpeg", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said: object) -> None:
        """Say nothing."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def fake_camera() -> Iterator[str]:
    """Run the camera; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.patience = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.patience.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()
