"""The text of a PDF (PDF 文本): pages in order, each after a form feed; odd characters of fonts are put right.

Page headers, footers and page numbers stay in the text as read and are set aside by their repetition, as in any other
text. A scan holds pictures only and is refused, and so is a file that needs a password.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import TooLongError
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.setting import pages_lines
from lantian.policy.plantext.sheets import Piece

MOST_PAGES = 1000
MOST_CONTENT, MOST_OPERATIONS = 24 * 2**20, 2_000_000
"""Bytes of all pages, unpacked, and steps that draw them: a page of print has about 10 kB and 1,000 steps."""
FEWEST_CHARACTERS = 8
"""Per page on average: fewer, as a scan with stamped page numbers has, are no text."""
PAGE = "\n\f"
Matrix = Sequence[float]

_ODD = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
"""Radicals, compatibility characters and ligatures, which fonts give for the usual characters."""


def pdf_text(data: bytes, name: str) -> str:
    """Return the text of a PDF; raises PlanTextError for a file that is damaged, locked, too long or a scan."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = _pages(PdfReader(io.BytesIO(data)), name)
    except PlanTextError:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError) as error:
        raise PlanTextError(
            Text(
                f"{name} 不是完整的 PDF 文件：请重新另存为 PDF 或 DOCX",
                f"{name} is not a sound PDF file: save it as PDF or DOCX again",
            )
        ) from error
    if sum(len("".join(page.split())) for page in pages) < FEWEST_CHARACTERS * len(pages):
        raise PlanTextError(
            Text(
                f"{name} 是没有文字的 PDF（扫描件）：请先识别文字，或另存为 DOCX、HTML、TXT",
                f"{name} is a PDF without text (a scan): recognise its text first, or give a DOCX, HTML or TXT file",
            )
        )
    return PAGE.join(pages)


def _pages(reader: PdfReader, name: str) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise PlanTextError(
            Text(
                f"{name} 是加密的 PDF：请先解除密码再导入",
                f"{name} is an encrypted PDF: take its password off first, then import it",
            )
        )
    if len(reader.pages) > MOST_PAGES:
        raise PlanTextError(
            Text(
                f"{name} 超过 {MOST_PAGES} 页：请按章拆开导入",
                f"{name} has more than {MOST_PAGES} pages: import it chapter by chapter",
            )
        )
    return ["\n".join(lines) for lines in pages_lines(_bounded(reader))]


def _bounded(reader: PdfReader) -> Iterator[list[Piece]]:
    """Yield the stretches of text of each page; raises TooLongError for more than a plan has."""
    length = operations = 0

    def count(*_operation: object) -> None:
        nonlocal operations
        operations += 1
        if operations > MOST_OPERATIONS:
            raise TooLongError

    for page in reader.pages:
        contents = page.get_contents()
        length += len(contents.get_data()) if contents is not None else 0
        if length > MOST_CONTENT:
            raise TooLongError
        yield _pieces(page, count)


def _pieces(page: PageObject, count: Callable[..., None]) -> list[Piece]:
    """Return a page's stretches of text with their places, in points; count: is told of each operation."""
    found: list[Piece] = []

    def visit(text: str, outer: Matrix, inner: Matrix, _font: object, size: float) -> None:
        plain = _plain(text)
        if plain.strip():
            x, y = (
                inner[4] * outer[0] + inner[5] * outer[2] + outer[4],
                inner[4] * outer[1] + inner[5] * outer[3] + outer[5],
            )
            scale = (
                abs(inner[0] * inner[3] - inner[1] * inner[2]) * abs(outer[0] * outer[3] - outer[1] * outer[2])
            ) ** 0.5
            found.append(Piece(x, y, max(1.0, size * (scale or 1)), plain.strip()))

    page.extract_text(visitor_text=visit, visitor_operand_before=count)
    return found


def _plain(text: str) -> str:
    return _ODD.sub(lambda odd: unicodedata.normalize("NFKC", odd.group()), text).replace("\x00", "").replace("\n", "")
