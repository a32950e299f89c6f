"""Files of other kinds, told by their content (无法导入的文件): each is refused in a sentence that says what to do."""

import re
from collections.abc import Callable

from lantian.kernel.errors import Text
from lantian.policy.plantext.errors import PlanTextError

_OLE = b"\xd0\xcf\x11\xe0"
_AS_DOCX = ("请另存为 DOCX，或有文字的 PDF", "save it as DOCX, or as PDF with text")
_SCAN = ("请先识别文字，另存为 DOCX 或 TXT", "recognise its text first and save it as DOCX or TXT")
_UNPACK = ("请解压后导入其中的文件", "unpack it and import the file in it")
_UNLOCK = ("请先解除密码，另存为 DOCX", "take its password off and save it as DOCX")


def _holds(*words: str) -> Callable[[bytes], bool]:
    """Return what tells a compound file by the names in its directory."""
    return lambda data: data.startswith(_OLE) and any(word.encode("utf-16-le") in data for word in words)


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(marks)


def _matches(pattern: bytes) -> Callable[[bytes], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda data: bool(found.match(data[:4096]))


_KINDS = [
    (_holds("EncryptedPackage", "EncryptionInfo"), ("加密的 Office 文件", "an encrypted Office file"), _UNLOCK),
    (_holds("Workbook"), ("旧版 Excel 表格", "an old Excel sheet"), _AS_DOCX),
    (_holds("PowerPoint Document"), ("旧版 PPT 演示文稿", "an old PowerPoint file"), _AS_DOCX),
    (_begins(_OLE), ("旧版 DOC（或 WPS）文件", "an old DOC file"), ("请另存为 DOCX", "save it as DOCX first")),
    (_begins(b"{\\rtf"), ("RTF 文件", "an RTF file"), _AS_DOCX),
    (_matches(rb"\s*MIME-Version:|From: <[^>]{0,80}>\s+Subject:"), ("网页归档（MHT）", "a web archive"), _AS_DOCX),
    (_matches(rb"(?:\xef\xbb\xbf)?\s*<\?xml(?![^\0]*<html)"), ("XML 文件", "an XML file"), _AS_DOCX),
    (_begins(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"), ("图片", "a picture"), _SCAN),
    (_begins(b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), ("压缩包", "an archive"), _UNPACK),
]  # fmt: skip


def refuse_others(data: bytes, name: str) -> None:
    """Raise PlanTextError for a file of a kind that is known and not read."""
    for told, (zh, en), (do_zh, do_en) in _KINDS:
        if told(data):
            raise PlanTextError(Text(f"{name} 是{zh}：{do_zh}", f"{name} is {en}: {do_en}"))
