"""An official paper as PDF, set by Typst: faces by name, others standing in where they are missing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from lantian.apps.ui.official import measures
from lantian.apps.ui.official.document import (
    Block,
    Figure,
    Heading,
    Official,
    Paragraph,
    Table,
    chinese_day,
    pieces,
    signature_indents,
    unmarked,
)
from lantian.apps.ui.official.faces import chosen, here

_compiled: Callable[..., Any] = typst.compile
TEMPLATE = Path(__file__).parent / "official.typ"
KINDS: Mapping[type[Block], str] = {Heading: "heading", Paragraph: "paragraph", Table: "table", Figure: "figure"}


def to_pdf(document: Official) -> bytes:
    """Set the paper as PDF. The same paper gives the same bytes: the file's date is the paper's."""
    return bytes(_set(document, "pdf"))


def to_pages(document: Official, ppi: float = 110) -> list[bytes]:
    """Set the paper as pictures (PNG), one for each page, to be looked at on a page."""
    made = _set(document, "png", ppi)
    return [bytes(one) for one in made] if isinstance(made, list) else [bytes(made)]


def picture(svg: str, ppi: float = 220) -> bytes:
    """Return a drawing as PNG, for programs that do not read SVG."""
    source = (
        '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    return bytes(_compiled(source.encode(), format="png", ppi=ppi, font_paths=here(), sys_inputs={"svg": svg}))


def _set(document: Official, form: str, ppi: float | None = None) -> Any:
    return _compiled(
        TEMPLATE,
        format=form,
        ppi=ppi,
        font_paths=here(),
        sys_inputs={"data": json.dumps(_linked(facts(document), document.figures), ensure_ascii=False)},
        timestamp=0,
    )


def facts(document: Official) -> dict[str, Any]:
    """Return what the template sets."""
    day = chinese_day(document.day)
    return {
        **{name: getattr(document, name) for name in ("issuer", "number", "title", "to", "signer", "draft")},
        "head": document.head_text,
        "head_size": measures.head_size(document.head_text),
        "day": day,
        "indents": signature_indents(document.issuer, day),
        "copies": f"{measures.COPIES}{'，'.join(document.copies)}。" if document.copies else "",
        "printed": f"{day}印发",
        "copies_mark": measures.COPIES,
        "lines_under": measures.LINES_UNDER,
        "remarks": list(document.remarks),
        "blocks": [_block(one) for one in document.blocks],
        "faces": chosen(),
        "standing_in": [face for face, used in chosen().items() if used.startswith("Noto ")],
    }


Said = str | list[dict[str, str]]


def _linked(data: dict[str, Any], figures: str) -> dict[str, Any]:
    """Return the data with texts and cells in which marked figures are links to an address, or plain without one."""
    blocks = []
    for one in data["blocks"]:
        if one["kind"] == "paragraph":
            one = {**one, "said": _said(one["text"], figures), "text": unmarked(one["text"])}
        elif one["kind"] == "table":
            one = {**one, "rows": [[_said(cell, figures) for cell in row] for row in one["rows"]]}
        blocks.append(one)
    return {**data, "blocks": blocks}


def _said(text: str, figures: str) -> Said:
    found = list(pieces(text))
    if not figures or all(not key for _, key in found):
        return unmarked(text)
    return [{"text": part, "url": f"{figures}#{key}" if key else ""} for part, key in found]


def _block(block: Block) -> dict[str, Any]:
    made = {"kind": KINDS.get(type(block), "break"), **asdict(block)}
    return made | {"width": f"{measures.figure_width(block.svg):.2f}mm"} if isinstance(block, Figure) else made
