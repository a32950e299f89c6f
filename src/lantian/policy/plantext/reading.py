"""From the bytes of a file to text: TXT (UTF-8, UTF-16, GB 18030, Big5), DOCX, HTML, PDF; a table's row is a line.

The content tells what a file is, never its suffix.
"""

import re

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import MOST_CHARACTERS, TooLongError, too_long
from lantian.policy.plantext.encodings import decoded
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.pdf import pdf_text
from lantian.policy.plantext.refused import refuse_others
from lantian.policy.plantext.webpage import html_text
from lantian.policy.plantext.word import docx_text

LARGEST_BYTES = 64 * 2**20


def read_plan(data: bytes, name: str) -> str:
    """Return the text of a plan's file; ``name`` is used in messages only, the content tells the format."""
    if not data.strip():
        raise PlanTextError(Text(f"{name} 是空文件", f"{name} is empty"))
    if len(data) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 2**20
        raise PlanTextError(
            Text(
                f"{name} 超过 {limit} MB：请另存为只含文字的 DOCX 或 TXT",
                f"{name} is larger than {limit} MB: save it as DOCX or TXT with the text only",
            )
        )
    refuse_others(data, name)
    try:
        text = _text(data, name).replace("\r\n", "\n").replace("\r", "\n")
    except TooLongError as error:
        raise too_long(name) from error
    if not text.strip():
        raise PlanTextError(Text(f"{name} 中没有文字", f"{name} holds no text"))
    if len(text) > MOST_CHARACTERS:
        raise too_long(name)
    return text


def _text(data: bytes, name: str) -> str:
    if data.startswith(b"PK"):
        return docx_text(data, name)
    if b"%PDF-" in data[:1024]:
        return pdf_text(data, name)
    text = decoded(data)
    if text is None:
        raise PlanTextError(
            Text(
                f"{name} 不是文本：应为 UTF-8 或 GB 18030 的 TXT、HTML，或 DOCX、有文字的 PDF",
                f"{name} is not text: TXT or HTML in UTF-8 or GB 18030, DOCX, or PDF with text is expected",
            )
        )
    return html_text(text) if _HTML.search(text[:4096]) else text


_HTML = re.compile(r"<(?:!doctype html|html|body|head|meta|p|div|table|h[1-6]|ul|ol|span)\b", re.IGNORECASE)
