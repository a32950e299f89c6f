"""One writer at a time: a lock of the operating system on a file of the lake; readers never take it."""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from lantian.kernel.errors import Text
from lantian.lake.errors import LakeBusy

_RETRY_S = 0.02


class WriterLock:
    """The right to write, held by one thread of one process; the system frees it when its holder dies."""

    def __init__(self, path: Path, *, wait_s: float) -> None:
        self.path = path
        self.wait_s = wait_s
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for a while; raises LakeBusy naming the holder after ``wait_s`` seconds. May be nested."""
        with self._thread:
            if self._depth:
                yield
                return
            with self._locked_file():
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1

    @contextmanager
    def _locked_file(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+", encoding="utf-8") as file:
            self._wait_for(file)
            file.truncate(0)
            json.dump({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}, file)
            file.flush()
            yield

    def _wait_for(self, file: IO[str]) -> None:
        deadline = time.monotonic() + self.wait_s
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise self._busy(file) from error
                time.sleep(_RETRY_S)

    def _busy(self, file: IO[str]) -> LakeBusy:
        file.seek(0)
        try:
            holder = json.loads(file.read())
        except ValueError:
            holder = {"pid": "?", "since": "?"}
        pid, since = holder["pid"], holder["since"]
        return LakeBusy(
            Text(
                f"数据湖正由进程 {pid} 写入（自 {since}，锁文件 {self.path}），等待 {self.wait_s:g} 秒后放弃；"
                "请稍后再试，或先停止该进程。",
                f"Process {pid} has been writing to the lake since {since} (lock file {self.path}); gave up after "
                f"{self.wait_s:g} s. Try again later, or stop that process first.",
            )
        )
