"""A line between browser and server that can be cut: at once, or in the middle of an upload."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CHUNK = 4096


class CutLine:
    """Forward connections to a server; ``mode`` says what becomes of them.

    open: all goes through. cut: nothing does. middle: a request to ``path`` is cut after so many bytes.
    hold: a request to ``path`` stops after so many bytes, and the connection stays open.
    ``reached`` is set when a request was cut or held in its middle.
    """

    def __init__(self, server: str) -> None:
        where = urlsplit(server)
        self.target = (where.hostname or "127.0.0.1", where.port or 80)
        self.mode, self.path, self.after = "open", b"", 0
        self.reached = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """The address to open instead of the server's."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def set(self, mode: str, path: str = "", after: int = 0) -> None:
        """Change what becomes of connections; those that are open end."""
        self.path, self.after = path.encode(), after
        self.reached.clear()
        self.mode = mode
        for one in list(self.sockets):
            self._end(one)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.set("cut")
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.sockets.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.mode == "cut":
            self._end(client)
            return
        with suppress(OSError):
            server = socket.create_connection(self.target)
            self.sockets.add(server)
            threading.Thread(target=self._back, args=(server, client), daemon=True).start()
            self._forth(client, server)

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        """Carry what the browser sends, and look for the request that is to be stopped."""
        counted: int | None = None
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if self.mode in ("middle", "hold") and data.startswith(b"POST " + self.path):
                    counted = 0
                if counted is not None:
                    counted += len(data)
                    if counted > self.after:
                        self._stop(client, server)
                        return
                server.sendall(data)
        self._end(server)

    def _stop(self, client: socket.socket, server: socket.socket) -> None:
        if self.mode == "middle":
            self._end(client)
            self._end(server)
            self.mode = "cut"
        self.reached.set()

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                client.sendall(data)
        self._end(client)

    def _end(self, one: socket.socket) -> None:
        self.sockets.discard(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
