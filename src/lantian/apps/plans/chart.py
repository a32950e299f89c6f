"""The wall chart on paper (挂图): A3 landscape as PDF, set by Typst; lamps print as shape and word."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from lantian.apps.plans.selectors.agenda import NextDay
from lantian.apps.plans.selectors.wall import Board, Row, Wall
from lantian.apps.ui.as_of import AsOf
from lantian.apps.ui.formats import instant
from lantian.apps.ui.official.faces import chosen, folders
from lantian.apps.ui.official.measures import HEADING_1
from lantian.kernel.errors import Text

TEMPLATE = Path(__file__).parent / "chart.typ"
_compiled: Callable[..., Any] = typst.compile

LINES = 3
"""Of what falls due on a day, so many are named."""
WORDS: Mapping[str, Text] = {
    "title": Text("行动计划挂图作战", "The action plan on the wall"),
    "lamp": Text("灯", "Lamp"),
    "article": Text("条", "Art."),
    "task": Text("任务", "Task"),
    "lead": Text("牵头单位", "Lead"),
    "progress": Text("进度%", "%"),
    "due": Text("期限", "Due"),
    "next": Text("下一批期限", "Next deadlines"),
    "days": Text("天", "d"),
    "filled": Text("填报人", "Filled in by"),
    "checked": Text("审核人", "Checked by"),
    "date": Text("日期", "Date"),
    "at": Text("数据时点", "As of"),
    "printed": Text("打印", "Printed by"),
    "synthetic": Text("合成数据，仅供演示", "synthetic data, for demonstration only"),
    "items": Text("项", "tasks"),
}


def chart_pdf(
    shown: Wall, coming: Sequence[NextDay], as_of: AsOf, language: str, *, by: str = "", synthetic: bool = False
) -> bytes:
    """Set the chart. The same tasks at the same moment give the same bytes."""
    data = {
        "words": {name: text.in_language(language) for name, text in WORDS.items()},
        "face": chosen()[HEADING_1],
        "english": language.startswith("en"),
        "at": instant(as_of.now if as_of.live else as_of.instant),
        "by": by,
        "synthetic": synthetic,
        "total": shown.counts.all,
        "counts": [
            {"lamp": letter, "word": word.in_language(language), "n": count}
            for letter, word, count in shown.counts.named
        ],
        "chapters": [_chapter(one, language) for one in shown.boards],
        "next": [_next(one, language) for one in coming],
    }
    made = _compiled(
        TEMPLATE,
        format="pdf",
        font_paths=folders(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=0,
    )
    return bytes(made)


def _chapter(one: Board, language: str) -> dict[str, Any]:
    counts = [f"{word.in_language(language)} {count}" for _, word, count in one.counts.named if count]
    return {
        "name": one.name.in_language(language),
        "counts": " · ".join(counts),
        "rows": [_row(row, language) for row in one.rows],
    }


def _row(row: Row, language: str) -> dict[str, Any]:
    return {
        "lamp": row.letter,
        "word": row.word.in_language(language),
        "cite": row.cite.in_language(language),
        "name": row.name.in_language(language),
        "lead": row.lead.in_language(language),
        "progress": row.done,
        "done": float(row.lamp.progress or 0),
        "expected": None if row.lamp.expected is None else float(row.lamp.expected),
        "due": row.due.in_language(language),
    }


def _next(one: NextDay, language: str) -> dict[str, Any]:
    return {
        "day": str(one.day),
        "days": str(one.days),
        "name": one.name.in_language(language),
        "count": str(one.count),
        "lines": [item.label.in_language(language) for item in one.shown[:LINES]],
    }
