"""Slides for a meeting (会议页): one thing a page, 16 to 9, the same data for a screen and for paper."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typst

from lantian.apps.ui.official.document import Figure, Paragraph, Table, chinese_day
from lantian.apps.ui.official.faces import SANS, here

_compiled: Callable[..., Any] = typst.compile
TEMPLATE = Path(__file__).parent / "slides.typ"

Block = Paragraph | Table | Figure
KINDS: dict[type[Block], str] = {Paragraph: "paragraph", Table: "table", Figure: "figure"}


@dataclass(frozen=True)
class Large:
    """A large figure of a slide."""

    label: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Slide:
    """A page: what it is about, its large figures, and what stands below them; note: what it rests on."""

    title: str
    figures: tuple[Large, ...] = ()
    blocks: tuple[Block, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Deck:
    """All slides of a meeting. issuer: who calls it; note: on the first page."""

    title: str
    issuer: str
    day: date
    note: str
    slides: tuple[Slide, ...]


def slides_pdf(deck: Deck) -> bytes:
    """Set the slides as PDF, one a page. The same slides give the same bytes."""
    data = json.dumps({"face": SANS, **slides_data(deck)}, ensure_ascii=False)
    made = _compiled(TEMPLATE, format="pdf", font_paths=here(), sys_inputs={"data": data}, timestamp=0)
    return bytes(made)


def slides_data(deck: Deck) -> dict[str, Any]:
    """Return what is set, as a page and as PDF."""
    return {
        "title": deck.title,
        "issuer": deck.issuer,
        "day": chinese_day(deck.day),
        "note": deck.note,
        "slides": [
            {
                "title": one.title,
                "note": one.note,
                "figures": [asdict(large) for large in one.figures],
                "blocks": [{"kind": KINDS[type(block)], **asdict(block)} for block in one.blocks],
            }
            for one in deck.slides
        ],
    }
