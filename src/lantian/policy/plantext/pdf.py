"""The text of a PDF (PDF 文本): pages in order, each after a form feed; odd characters of fonts are put right.

Page headers, footers and page numbers stay in the text as read and are set aside by their repetition, as in any other
text. A scan holds pictures only and is refused, and so is a file that needs a password.
"""

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from lantian.kernel.errors import Text
from lantian.policy.plantext.bounds import TooLongError
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.notes import with_notes
from lantian.policy.plantext.setting import pages_lines
from lantian.policy.plantext.sheets import Piece

MOST_PAGES = 1000
MOST_CONTENT, MOST_OPERATIONS = 24 * 2**20, 2_000_000
"""Bytes of all pages, unpacked, and steps that draw them: a page of print has about 10 kB and 1,000 steps."""
FEWEST_CHARACTERS = 8
"""Per page on average: fewer, as a scan with stamped page numbers has, are no text."""
PAGE = "\n\f"
_TORN = (
    PyPdfError, ValueError, TypeError, LookupError, AttributeError, OSError, RuntimeError, ArithmeticError,
    AssertionError, zlib.error,
)  # fmt: skip
"""What reading a torn file may raise."""
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
    except _TORN as error:
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
    watermarks: dict[str, None] = {}
    pages = pages_lines(_bounded(reader, watermarks))
    if pages and watermarks:
        pages[-1] = with_notes(pages[-1], [f"注：水印{word}" for word in watermarks])
    return ["\n".join(lines) for lines in pages]


def _bounded(reader: PdfReader, watermarks: dict[str, None]) -> Iterator[list[Piece]]:
    """Yield the stretches of text of each page, and note watermarks; raises TooLongError for more than a plan has."""
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
        pieces, turned = _pieces(page, count)
        watermarks.update(dict.fromkeys(turned))
        yield pieces


def _pieces(page: PageObject, count: Callable[..., None]) -> tuple[list[Piece], list[str]]:
    """Return a page's stretches of text with their places, in points, and what runs across the page.

    count: is told of each operation.
    """
    found: list[Piece] = []
    turned: list[str] = []

    def visit(text: str, outer: Matrix, inner: Matrix, _font: object, size: float) -> None:
        plain = _plain(text).strip()
        if not plain:
            return
        across, up = _upright(_times(inner[0], inner[1], outer), page.rotation)
        if across <= 0 or abs(up) > _SLANTED * across:
            turned.append(plain)
            return
        x, y = _times(inner[4], inner[5], outer)
        x, y = _upright((x + outer[4], y + outer[5]), page.rotation)
        scale = (abs(inner[0] * inner[3] - inner[1] * inner[2]) * abs(outer[0] * outer[3] - outer[1] * outer[2])) ** 0.5
        found.append(Piece(x, y, max(1.0, size * (scale or 1)), plain))

    page.extract_text(visitor_text=visit, visitor_operand_before=count)
    return found, turned


_SLANTED = 0.2
"""Text that rises more than this runs across the page, as the word of a watermark does."""


def _times(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    return x * matrix[0] + y * matrix[2], x * matrix[1] + y * matrix[3]


def _upright(place: tuple[float, float], rotation: int) -> tuple[float, float]:
    """Return a place or a direction as it is seen on a page that is shown turned clockwise.

    >>> [_upright((0.0, 1.0), rotation) for rotation in (0, 90, 180, 270)]
    [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]
    """
    x, y = place
    turns = {90: (y, 0 - x), 180: (0 - x, 0 - y), 270: (0 - y, x)}
    return turns.get(rotation % 360, place)


def _plain(text: str) -> str:
    return _ODD.sub(lambda odd: unicodedata.normalize("NFKC", odd.group()), text).replace("\x00", "").replace("\n", "")
