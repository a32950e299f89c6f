"""Plans set as PDF for tests: page header, page numbers, indented and justified paragraphs, as gazettes print them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

FONTS = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
_compiled: Callable[..., Any] = typst.compile
HEADER = "海州市人民政府公报"


def as_pdf(text: str, header: str = HEADER) -> bytes:
    """Set a text as PDF, each line a paragraph."""
    paragraphs = [line.strip().replace("\\", "").replace('"', '\\"') for line in text.split("\n") if line.strip()]
    source = "\n\n".join(
        [
            f'#set page(paper: "a4", header: [{header}], numbering: "— 1 —", margin: 3cm)',
            '#set text(font: "Noto Serif SC", size: 16pt, lang: "zh")',
            "#set par(first-line-indent: (amount: 2em, all: true), justify: true, leading: 12pt)",
            *(f'#par[#"{paragraph}"]' for paragraph in paragraphs),
        ]
    )
    return compiled(source)


def compiled(source: str) -> bytes:
    """Set a source of typst as PDF."""
    return bytes(_compiled(source.encode(), format="pdf", font_paths=[FONTS]))
