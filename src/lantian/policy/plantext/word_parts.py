"""The parts of a DOCX file that a text needs (文件包): unpacked within bounds, their styles and their notes.

Names are local ones: w:p of both editions of the format is "p"; of other namespaces, "m:r" and "mc:Choice".
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import TooLongError
from lantian.policy.plantext.errors import PlanTextError

LARGEST_UNPACKED = 256 * 2**20
LARGEST_PART = 32 * 2**20
"""Bytes of all parts together, and of one that is read."""
MOST_MARKS = 2_000_000
"""Of a part that is read: about twenty for each word of the longest text."""
_WORD = frozenset((
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main",
))  # fmt: skip
_PREFIXES = {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}
_OFF = frozenset(("0", "false", "off", "none"))


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return _local(element.tag)


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return name if space[1:] in _WORD else _PREFIXES.get(space[1:], "other:") + name


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of a name."""
    return None if element is None else next((each for each in element if local(each) == name), None)


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute by its local name."""
    if element is None:
        return None
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def value(element: Element | None, name: str) -> str | None:
    """Return the value of a property, as w:ilvl's w:val."""
    return attribute(child(element, name), "val")


def is_on(element: Element | None, name: str) -> bool | None:
    """Tell whether a property is switched on; None where it is not named."""
    found = child(element, name)
    return None if found is None else (attribute(found, "val") or "true") not in _OFF


@dataclass(frozen=True)
class Style:
    """A style: its own properties and the style it is based on."""

    name: str
    based_on: str | None
    paragraph: Element | None
    run: Element | None


@dataclass(frozen=True)
class Parts:
    """What is read of a DOCX file."""

    body: Element
    numbering: Element | None = None
    styles: Mapping[str, Style] = field(default_factory=dict)
    usual: str | None = None
    notes: Mapping[tuple[str, str], Element] = field(default_factory=dict)

    def line_of(self, style: str | None) -> Iterator[Style]:
        """Yield a style and those it is based on."""
        seen: set[str] = set()
        while style is not None and style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            style = self.styles[style].based_on

    def hides(self, style: str | None) -> bool | None:
        """Tell whether a style's text is hidden; None where neither it nor those below it say so."""
        said = (is_on(each.run, "vanish") for each in self.line_of(style))
        return next((each for each in said if each is not None), None)


def parts_of(data: bytes, name: str) -> Parts:
    """Unpack a DOCX file; raises PlanTextError for one that is torn, locked, too large, or something else."""
    torn = PlanTextError(
        Text(
            f"{name} 不是完整的 DOCX 文件：请重新另存为 DOCX", f"{name} is not a sound DOCX file: save it as DOCX again"
        )
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename.lower(): entry for entry in archive.infolist()}
            _refuse_others(entries, name)
            return _parts(archive, entries, name) or _raise(torn)
    except _TORN as error:
        raise torn from error


_TORN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError, ParseError, DefusedXmlException)
"""What unpacking and parsing raise for a file that is torn or locked, packed in an unknown way or nested too deep."""


def _raise(error: PlanTextError) -> Parts:
    raise error


_OTHERS = {
    "xl/workbook.xml": ("Excel 表格", "an Excel sheet", "另存为 DOCX 或 PDF", "save it as DOCX or PDF"),
    "ppt/presentation.xml": ("PPT 演示文稿", "a PowerPoint file", "另存为 DOCX 或 PDF", "save it as DOCX or PDF"),
    "ofd.xml": ("OFD 版式文件", "an OFD file", "另存为 PDF 或 DOCX", "save it as PDF or DOCX"),
    "mimetype": ("ODT 或 EPUB 文件", "an ODT or EPUB file", "另存为 DOCX", "save it as DOCX"),
}


def _refuse_others(entries: Mapping[str, zipfile.ZipInfo], name: str) -> None:
    other = next((each for file, each in _OTHERS.items() if file in entries), None)
    if other is not None:
        zh, en, do_zh, do_en = other
        raise PlanTextError(Text(f"{name} 是{zh}：请{do_zh}", f"{name} is {en}: {do_en}"))
    if any(entry.flag_bits & 1 for entry in entries.values()):
        raise PlanTextError(
            Text(
                f"{name} 已加密：请先解除密码，另存为 DOCX",
                f"{name} is encrypted: take its password off and save it as DOCX",
            )
        )
    if "[content_types].xml" not in entries and entries:
        raise PlanTextError(
            Text(
                f"{name} 是压缩包，不是 DOCX：请解压后导入其中的文件",
                f"{name} is an archive and not a sound DOCX file: unpack it and import the file in it",
            )
        )
    if sum(entry.file_size for entry in entries.values()) > LARGEST_UNPACKED:
        limit = LARGEST_UNPACKED // 2**20
        raise PlanTextError(Text(f"{name} 解压后超过 {limit} MB", f"{name} unpacks to more than {limit} MB"))


def _parts(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str) -> Parts | None:
    def read(part: str) -> Element | None:
        entry = entries.get(f"word/{part}.xml")
        if entry is None:
            return None
        if entry.file_size > LARGEST_PART:
            limit = LARGEST_PART // 2**20
            raise PlanTextError(
                Text(f"{name} 中的文字解压后超过 {limit} MB", f"the text in {name} unpacks to more than {limit} MB")
            )
        content = archive.read(entry)
        if content.count(b"<") > MOST_MARKS:
            raise TooLongError
        root: Element = fromstring(content, forbid_dtd=True)
        return root

    main = read("document") or read("document2")
    body = child(main, "body")
    if body is None:
        return None
    styles, usual = _styles(read("styles"))
    notes = {
        (kind, attribute(note, "id") or ""): note
        for kind in ("footnote", "endnote") for note in read(f"{kind}s") or ()
        if attribute(note, "type") in (None, "normal")
    }  # fmt: skip
    return Parts(body, read("numbering"), styles, usual, notes)


def _styles(root: Element | None) -> tuple[dict[str, Style], str | None]:
    """Return the styles by their ids, and the id of that of paragraphs which name none."""
    styles: dict[str, Style] = {}
    usual = None
    for each in root if root is not None else ():
        if local(each) != "style":
            continue
        name = attribute(each, "styleId") or ""
        styles[name] = Style(value(each, "name") or "", value(each, "basedOn"), child(each, "pPr"), child(each, "rPr"))
        if attribute(each, "type") == "paragraph" and attribute(each, "default") in ("1", "true", "on"):
            usual = name
    return styles, usual
