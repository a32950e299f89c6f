"""Credentials on paper (证照与标识打印): a certificate and a sheet of labels as PDF, set by Typst with its own font."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

from lantian.kernel.errors import LantianError, Text

FOLDER = Path(__file__).parent
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
FAMILY = "Noto Sans SC"


class NoFont(LantianError):
    """The font that holds Chinese is not installed, so nothing can be printed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Text(
                f"缺少中文字体“{FAMILY}”（应在 {folder}），不能生成 PDF；请重装字体包 pylopdf-fonts-zh-cn。",
                f"The Chinese font {FAMILY} is not in {folder}; install the package pylopdf-fonts-zh-cn again.",
            )
        )


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG document, medium error correction, quiet zone of four modules."""
    return str(segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4))


def qr_uri(text: str) -> str:
    """Return a QR code as a data address for a page's picture."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4))


def certificate(facts: Mapping[str, Any]) -> bytes:
    """Set one certificate. facts: title, number, lines of (label, value), qr, address, foot."""
    return _set("certificate.typ", facts)


def labels(items: Sequence[Mapping[str, Any]], foot: str) -> bytes:
    """Set a sheet of labels, eight on an A4 page. items: title, number, lines, qr."""
    return _set("labels.typ", {"items": list(items), "foot": foot})


def _set(template: str, data: Mapping[str, Any]) -> bytes:
    fonts = FONTS
    if not any(fonts.glob("NotoSansSC*")):
        raise NoFont(fonts)
    made: bytes = typst.compile(
        FOLDER / template,
        format="pdf",
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return made
