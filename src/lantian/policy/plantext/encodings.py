"""From bytes to text (字符编码): by the mark at the beginning, what the bytes allow, what a web page says of itself.

Text of some length that is UTF-8 is nothing else. GB 18030 holds GBK and GB 2312; it reads Big5 without an error too,
but then the commas fall where nobody writes.
"""

import codecs
import re
from collections.abc import Iterator

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"\x84\x31\x95\x33", "gb18030"),
]  # fmt: skip
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030", "big5": "cp950"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOBODY_WRITES = re.compile("[\ue4c6-\ue765]")
"""Where GB 18030 has the commas and full stops of Big5."""
_HAN = re.compile("[\u4e00-\u9fff]")
_FEW, _MANY = 0.002, 50


def decoded(data: bytes) -> str | None:
    """Return the text of bytes; None where they are no text.

    >>> [decoded("市，局。".encode(encoding)) for encoding in ("gbk", "utf-16", "utf-32")]
    ['市，局。', '市，局。', '市，局。']
    >>> decoded("環保局，牽頭。".encode("big5"))
    '環保局，牽頭。'
    """
    for encoding in _encodings(data):
        text = _utf8(data) if encoding == "utf-8" else _strict(data, encoding)
        if text and not _CONTROL.search(text) and not _is_other(text, encoding):
            return text.removeprefix("\ufeff")
    return None


def _encodings(data: bytes) -> Iterator[str]:
    """Yield what to try; zero bytes on every other place tell UTF-16."""
    if marked := next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None):
        yield marked
        return
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if even != odd:
        yield "utf-16-le" if odd > even else "utf-16-be"
        return
    yield "utf-8"
    if (declared := _DECLARED.search(data[:4096])) and (name := _CHINESE.get(declared[1].decode("ascii").lower())):
        yield name
    yield from ("gb18030", "cp950", "big5hkscs")


def _is_other(text: str, encoding: str) -> bool:
    return encoding == "gb18030" and len(_NOBODY_WRITES.findall(text)) > _FEW * len(text)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf8(data: bytes) -> str | None:
    """Return UTF-8, also where few characters among many are torn, as at the end of a file that was cut off."""
    text = data.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    return text if not torn or torn * _MANY <= len(_HAN.findall(text)) else None
