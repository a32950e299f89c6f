"""From the bytes of a file to text: TXT (UTF-8, UTF-16, GB 18030), DOCX, HTML, PDF; a table's row is a line."""

import re
from html.parser import HTMLParser

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import MOST_CHARACTERS, TooLongError, too_long
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.pdf import pdf_text
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
    return _html(text) if _HTML.search(text[:4096]) else text


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


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Blocks(HTMLParser):
    """Collects the text of blocks as lines and of table rows as cells; a cell over rows is repeated in each."""

    BLOCKS = frozenset(
        [
            "p",
            "div",
            "br",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "li",
            "ul",
            "ol",
            "section",
            "article",
            "header",
            "footer",
            "table",
            "title",
        ]
    )
    SILENT = frozenset(("script", "style", "head", "noscript", "template"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.row: list[str] | None = None
        self.below: dict[int, tuple[int, str]] = {}
        self.span = 1
        self.in_cell = False
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        elif tag == "body":
            self.silent = 0
        elif tag == "tr":
            self._end_line()
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            self._end_cell()
            self.span = _whole(dict(attrs).get("rowspan"))
            self.in_cell = True
        elif tag in self.BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "tr" and self.row is not None:
            self._end_row()
        elif tag in self.BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self.silent and (self.row is None or self.in_cell):
            self.line.append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines)

    def _break(self) -> None:
        if self.row is None:
            self._end_line()
        else:
            self.line.append(" ")

    def _end_line(self) -> None:
        if line := "".join(self.line).strip(" "):
            self.lines.append(line)
        self.line = []

    def _end_cell(self) -> None:
        if self.row is None or not self.in_cell:
            return
        self._fill()
        text = _one_line("".join(self.line))
        if self.span > 1:
            self.below[len(self.row)] = (self.span - 1, text)
        self.row.append(text)
        self.line, self.span, self.in_cell = [], 1, False

    def _fill(self) -> None:
        """Repeat cells of rows above that reach into this one."""
        row = self.row if self.row is not None else []
        while (waiting := self.below.get(len(row))) is not None:
            left, text = waiting
            del self.below[len(row)]
            if left > 1:
                self.below[len(row)] = (left - 1, text)
            row.append(text)

    def _end_row(self) -> None:
        self._end_cell()
        self._fill()
        if self.row and any(self.row):
            self.lines.append("\t".join(self.row))
        self.row, self.line = None, []


def _whole(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() else 1


def _html(text: str) -> str:
    blocks = _Blocks()
    blocks.feed(text)
    blocks.close()
    return blocks.text()
