"""Open an observation file: Parquet or text, bare, zipped or gzipped, in UTF-8 or GBK; never more than the limits.

A text file is handed on as UTF-8 whatever it was. A packed file is unpacked while it is read, and refused when it
grows past ``MAX_UNPACKED`` bytes or to more than ``MAX_RATIO`` times its packed size.
"""

import codecs
import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lantian.kernel.plurals import counted
from lantian.lake.imports.errors import ImportFileError

MAX_UNPACKED = 16 * 2**30
MAX_RATIO = 150
RATIO_FROM = 8 * 2**20
"""A file that unpacks to fewer bytes is not judged by its ratio."""

_BOM = codecs.BOM_UTF8
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass
class Opened:
    """An open file.

    parquet: whether it is Parquet (``stream`` can then seek) or UTF-8 text. size: bytes of the file on disk.
    """

    stream: Any
    parquet: bool
    size: int
    raw: IO[bytes]

    @property
    def encoding(self) -> str:
        """The encoding that was found so far: utf-8 or gbk; empty for Parquet."""
        return "" if self.parquet else self.stream.encoding

    def share(self) -> float:
        """Return how much of the file on disk was read, 0 to 1."""
        return min(self.raw.tell() / self.size, 1.0) if self.size else 1.0


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a file for reading; raises ImportFileError when it is empty, packed wrongly, or too large."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        size = path.stat().st_size
        if size == 0:
            raise ImportFileError(f"文件 {path.name} 是空的。", f"The file {path.name} is empty.")
        unpacked = _unpacked(raw, path.name, size, stack)
        head = unpacked.peek()
        parquet = head.startswith(b"PAR1")
        stream = stack.enter_context(_spooled(unpacked)) if parquet else Utf8Stream(unpacked, path.name)
        yield Opened(stream, parquet, size, raw)


def _unpacked(raw: IO[bytes], name: str, size: int, stack: ExitStack) -> "Guarded":
    magic = raw.read(4)
    raw.seek(0)
    if magic[:2] == b"\x1f\x8b":
        unzipped: Any = stack.enter_context(gzip.GzipFile(fileobj=raw))
        return Guarded(unzipped, name, size)
    if magic == b"PK\x03\x04" or magic == b"PK\x05\x06":
        return Guarded(stack.enter_context(_only_member(raw, name, stack)), name, size)
    return Guarded(raw, name, 0)


def _only_member(raw: IO[bytes], name: str, stack: ExitStack) -> IO[bytes]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(raw))
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    except zipfile.BadZipFile as error:
        raise _broken(name) from error
    if len(members) != 1:
        listed = ", ".join(m.filename for m in members[:5]) or "—"
        raise ImportFileError(
            f"压缩包 {name} 里有 {len(members)} 个文件（{listed}），应只有一个。",
            f"The archive {name} holds {counted(len(members), 'file')} ({listed}); it has to hold exactly one.",
        )
    if members[0].flag_bits & 1:
        raise ImportFileError(
            f"压缩包 {name} 加了密码，请先解开。", f"The archive {name} is encrypted; unpack it first."
        )
    return archive.open(members[0])


def _broken(name: str) -> ImportFileError:
    return ImportFileError(
        f"压缩文件 {name} 已损坏，不能解开。", f"The packed file {name} is damaged and cannot be unpacked."
    )


class Guarded:
    """A byte stream that stops a zip bomb; ``packed`` is the size on disk, 0 for a file that is not packed."""

    def __init__(self, stream: IO[bytes], name: str, packed: int) -> None:
        self._stream, self._name, self._packed = stream, name, packed
        self._ahead = b""
        self._count = 0

    @property
    def bare(self) -> IO[bytes] | None:
        """The stream itself where nothing has to be guarded."""
        return None if self._packed else self._stream

    def peek(self) -> bytes:
        """Return the first bytes without consuming them."""
        self._ahead = self._take(4096)
        return self._ahead

    def read(self, size: int) -> bytes:
        """Return up to ``size`` more bytes, none at the end."""
        if self._ahead:
            found, self._ahead = self._ahead[:size], self._ahead[size:]
            return found
        return self._take(size)

    def _take(self, size: int) -> bytes:
        try:
            found = self._stream.read(size)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise _broken(self._name) from error
        self._count += len(found)
        self._check()
        return found

    def _check(self) -> None:
        if not self._packed:
            return
        if self._count > MAX_UNPACKED or (self._count > RATIO_FROM and self._count > MAX_RATIO * self._packed):
            grown, packed = f"{self._count / 2**20:.0f} MiB", f"{self._packed / 2**20:.2f} MiB"
            limit = f"{MAX_UNPACKED // 2**30} GiB"
            raise ImportFileError(
                f"压缩文件 {self._name}（{packed}）解开后已超过 {grown}，疑为压缩炸弹："
                f"最多 {limit}，且不超过原大小的 {MAX_RATIO} 倍。",
                f"The packed file {self._name} ({packed}) has grown past {grown}, like a zip bomb: at most {limit} "
                f"and {MAX_RATIO} times its packed size are allowed.",
            )


@contextmanager
def _spooled(unpacked: Guarded) -> Iterator[IO[bytes]]:
    """Give Parquet as a file that can seek: itself, or unpacked into a temporary file."""
    if unpacked.bare is not None:
        unpacked.bare.seek(0)
        yield unpacked.bare
        return
    with tempfile.TemporaryFile() as spool:
        while block := unpacked.read(1 << 20):
            spool.write(block)
        spool.seek(0)
        yield spool


class Utf8Stream(io.RawIOBase):
    """Text in UTF-8 or GBK, read as UTF-8; the encoding is decided at the first byte that is not ASCII."""

    def __init__(self, source: Guarded, name: str) -> None:
        self._source, self._name = source, name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._pending = b""
        self._lines = 0
        self._started = False
        self.encoding = "utf-8"

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with UTF-8."""
        if not self._pending:
            self._pending = self._more(len(buffer))
        count = min(len(buffer), len(self._pending))
        buffer[:count], self._pending = self._pending[:count], self._pending[count:]
        return count

    def _more(self, size: int) -> bytes:
        while True:
            block = self._source.read(size)
            text = self._decoded(self._without_bom(block))
            if text or not block:
                return text

    def _without_bom(self, block: bytes) -> bytes:
        if self._started:
            return block
        self._started = True
        if block.startswith(_WIDE_BOMS):
            raise self._bad_encoding(1)
        return block.removeprefix(_BOM)

    def _decoded(self, block: bytes) -> bytes:
        if b"\0" in block:
            raise self._bad_encoding(self._lines + 1 + block[: block.index(b"\0")].count(b"\n"))
        if self._decoder is None and block.isascii():
            self._lines += block.count(b"\n")
            return block
        text = self._decode(block)
        self._lines += text.count("\n")
        return text.encode()

    def _decode(self, block: bytes) -> str:
        last = not block
        if self._decoder is None:
            self._decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                return self._decoder.decode(block, last)
            except UnicodeDecodeError:
                self.encoding = "gbk"
                self._decoder = codecs.getincrementaldecoder("gb18030")()
        try:
            return self._decoder.decode(block, last)
        except UnicodeDecodeError as error:
            raise self._bad_encoding(self._lines + 1 + block[: error.start].count(b"\n")) from error

    def _bad_encoding(self, line: int) -> ImportFileError:
        return ImportFileError(
            f"文件 {self._name} 第 {line} 行不是 {self.encoding.upper()} 文本；可用的编码是 UTF-8 与 GBK。",
            f"Line {line} of {self._name} is not {self.encoding.upper()} text; a file may be in UTF-8 or GBK.",
        )
