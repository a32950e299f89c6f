"""From the bytes of a file to text: TXT (UTF-8, UTF-16, GB 18030), DOCX, HTML, PDF; a table's row is a line."""

import re

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import MOST_CHARACTERS, TooLongError, too_long
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.pdf import pdf_text
from lantian.policy.plantext.webpage import html_text
from lantian.policy.plantext.word import docx_text

LARGEST_BYTES = 64 * 2**20


def read_plan(data: bytes, name: str) -> str:
    """Return the text of a plan's file; ``name`` is used in messages only, the content tells the format."""
    if not data.strip():
        raise PlanTextError(Text(f"{name} 是空文件", f"{name} is empty"))
    if len(data) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 2**20
        raise PlanTextError(Text(f"{name} 超过 {limit} MB", f"{name} is larger than {limit} MB"))
    _refuse_known(data, name)
    try:
        text = _text(data, name).replace("\r\n", "\n").replace("\r", "\n")
    except TooLongError as error:
        raise too_long(name) from error
    if len(text) > MOST_CHARACTERS:
        raise too_long(name)
    if not text.strip():
        raise PlanTextError(Text(f"{name} 中没有文字", f"{name} holds no text"))
    return text


def _text(data: bytes, name: str) -> str:
    if data.startswith(b"PK"):
        return docx_text(data, name)
    if b"%PDF-" in data[:1024]:
        return pdf_text(data, name)
    text = _decoded(data, name)
    return html_text(text) if _HTML.search(text[:4096]) else text


_HTML = re.compile(r"<(?:!doctype html|html|body|head|p|div|table)\b", re.IGNORECASE)


def _refuse_known(data: bytes, name: str) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise PlanTextError(
            Text(f"{name} 是旧版 DOC：请另存为 DOCX", f"{name} is an old DOC file: save it as DOCX first")
        )


def _decoded(data: bytes, name: str) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise PlanTextError(
        Text(
            f"{name} 不是文本：应为 UTF-8 或 GB 18030 的 TXT、HTML，或 DOCX，或有文字的 PDF",
            f"{name} is not text: a TXT or HTML file in UTF-8 or GB 18030, a DOCX file or a PDF with text is expected",
        )
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    """Return what to try for a file without a mark; zero bytes on every other place tell UTF-16."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if even == odd:
        return ("utf-8-sig", "gb18030")
    return ("utf-16-le" if odd > even else "utf-16-be",)


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
